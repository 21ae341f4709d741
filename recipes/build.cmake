# Configures, builds and installs a CMake project with the toolchain that the environment names. `cmake -P` runs this.
#
#   SOURCE  the project's folder       BUILD  where to build it      INSTALL  where to install it
#   TYPE    CMAKE_BUILD_TYPE; how much to optimise is said by CFLAGS and CXXFLAGS
#
# In the environment: CC, CXX, AR, RANLIB, CFLAGS, CXXFLAGS and, for Emscripten, EMCMAKE. CONFIGURE: more words for
# cmake. TARGETS: what to build, if not everything. COPY: files of the build folder to take instead of installing.
# NEEDED_INCLUDES, NEEDED_ARCHIVES: folders of headers, and archives, of libraries that it needs; `find_…` finds them.
#
# The build folder is always a new one. Where ccache is on PATH and CCACHE_DIR is a folder to keep, units whose
# preprocessed text, compiler and words are what they were before are not compiled again.
#
# clang notes every header that it reads in CC_PRINT_HEADERS_FILE; that becomes a Make rule beside it, with suffix .d.
foreach(name SOURCE INSTALL BUILD)
    get_filename_component(${name} "${${name}}" ABSOLUTE)
endforeach()
separate_arguments(words UNIX_COMMAND "$ENV{CONFIGURE}")
separate_arguments(targets UNIX_COMMAND "$ENV{TARGETS}")
separate_arguments(copy UNIX_COMMAND "$ENV{COPY}")
string(TOUPPER "${TYPE}" upper)
list(PREPEND words
    "-DCMAKE_BUILD_TYPE=${TYPE}" "-DCMAKE_INSTALL_PREFIX=${INSTALL}" "-DCMAKE_INSTALL_LIBDIR=lib"
    "-DBUILD_SHARED_LIBS=OFF" "-DBUILD_TESTING=OFF" "-DCMAKE_POLICY_VERSION_MINIMUM=3.5"
    # The recipe's flags say how much to optimise; CMake's own would come after them.
    "-DCMAKE_C_FLAGS_${upper}=-DNDEBUG" "-DCMAKE_CXX_FLAGS_${upper}=-DNDEBUG"
)
if(TYPE STREQUAL "Debug")
    list(TRANSFORM words REPLACE "=-DNDEBUG$" "=")
endif()
find_program(ccache ccache PATHS ENV PATH NO_DEFAULT_PATH)
if(ccache AND DEFINED ENV{CCACHE_DIR})
    list(PREPEND words "-DCMAKE_C_COMPILER_LAUNCHER=${ccache}" "-DCMAKE_CXX_COMPILER_LAUNCHER=${ccache}")
endif()
# CMake would look for programs in the folders of the system too, whatever PATH says.
string(REPLACE ":" ";" path "$ENV{PATH}")
set(ignored /usr/local/sbin /usr/local/bin /usr/sbin /usr/bin /sbin /bin /opt/local/bin /opt/homebrew/bin)
list(REMOVE_ITEM ignored ${path})
set(prefixes)
set(archive_folders)
separate_arguments(needed UNIX_COMMAND "$ENV{NEEDED_INCLUDES}")
foreach(folder IN LISTS needed)
    get_filename_component(folder "${folder}" ABSOLUTE)
    get_filename_component(prefix "${folder}" DIRECTORY)
    list(APPEND prefixes "${prefix}" "${folder}")
endforeach()
separate_arguments(needed UNIX_COMMAND "$ENV{NEEDED_ARCHIVES}")
foreach(archive IN LISTS needed)
    get_filename_component(archive "${archive}" ABSOLUTE)
    get_filename_component(folder "${archive}" DIRECTORY)
    list(APPEND archive_folders "${folder}")
endforeach()
file(WRITE "${BUILD}/first.cmake" "set(CMAKE_IGNORE_PATH \"${ignored}\" CACHE STRING \"\")\n")
set(roots ${prefixes} ${archive_folders})
if(roots)  # an empty root would be that of this machine
    file(APPEND "${BUILD}/first.cmake" "
set(CMAKE_PREFIX_PATH \"${prefixes}\" CACHE STRING \"\")
set(CMAKE_INCLUDE_PATH \"${prefixes}\" CACHE STRING \"\")
set(CMAKE_LIBRARY_PATH \"${archive_folders}\" CACHE STRING \"\")
set(CMAKE_FIND_ROOT_PATH \"${roots}\" CACHE STRING \"\")
")
endif()
list(PREPEND words "-C" "${BUILD}/first.cmake")
separate_arguments(emcmake UNIX_COMMAND "$ENV{EMCMAKE}")
if(NOT emcmake)
    # CMake before 3.31 knows no system WASI. A project may ask `if(WASI)`. Programs have no suffix there.
    file(WRITE "${BUILD}/Modules/Platform/WASI.cmake" "set(WASI 1)\n")
    file(WRITE "${BUILD}/wasi.cmake" "
set(CMAKE_SYSTEM_NAME WASI)
set(CMAKE_SYSTEM_PROCESSOR wasm32)
list(APPEND CMAKE_MODULE_PATH \"${BUILD}/Modules\")
set(CMAKE_AR \"$ENV{AR}\" CACHE FILEPATH \"\")
set(CMAKE_RANLIB \"$ENV{RANLIB}\" CACHE FILEPATH \"\")
set(CMAKE_FIND_ROOT_PATH_MODE_PROGRAM NEVER)
set(CMAKE_FIND_ROOT_PATH_MODE_LIBRARY ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_INCLUDE ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_PACKAGE ONLY)
set(CMAKE_FIND_ROOT_PATH \"${INSTALL}\" ${roots})
")
    list(PREPEND words "-DCMAKE_TOOLCHAIN_FILE=${BUILD}/wasi.cmake")
endif()

# What goes well need not be told: other people's warnings are not this build's.
function(run)
    execute_process(COMMAND ${ARGV} RESULT_VARIABLE result OUTPUT_VARIABLE said ERROR_VARIABLE said)
    if(NOT result EQUAL 0)
        string(JOIN " " command ${ARGV})
        message(NOTICE "${said}")
        message(FATAL_ERROR "failed (${result}): ${command}")
    endif()
endfunction()

run(${emcmake} "${CMAKE_COMMAND}" -G Ninja -S "${SOURCE}" -B "${BUILD}" ${words})
if(targets)
    run("${CMAKE_COMMAND}" --build "${BUILD}" --target ${targets})
else()
    run("${CMAKE_COMMAND}" --build "${BUILD}")
endif()
if(copy)
    foreach(path IN LISTS copy)
        get_filename_component(folder "${INSTALL}/${path}" DIRECTORY)
        file(COPY "${BUILD}/${path}" DESTINATION "${folder}")
    endforeach()
else()
    run("${CMAKE_COMMAND}" --install "${BUILD}")
endif()
if(EXISTS "$ENV{CC_PRINT_HEADERS_FILE}")
    file(READ "$ENV{CC_PRINT_HEADERS_FILE}" headers)
    string(REPLACE " " "\\ " headers "${headers}")
    string(REPLACE "\n" "\nheaders: " headers "headers: ${headers}")
    file(WRITE "$ENV{CC_PRINT_HEADERS_FILE}.d" "${headers}\n")
endif()
