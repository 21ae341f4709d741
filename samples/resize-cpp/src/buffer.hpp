// Memory for a number of elements, given back at the end of its scope.
#pragma once

#include <cstddef>
#include <cstdlib>

template <typename Element>
class Buffer {
public:
    explicit Buffer(std::size_t count) : elements(static_cast<Element*>(std::malloc(count * sizeof(Element)))) {
        if (elements == nullptr) __builtin_trap();
    }
    ~Buffer() { std::free(elements); }
    Buffer(const Buffer&) = delete;
    Buffer& operator=(const Buffer&) = delete;

    operator Element*() const { return elements; }

private:
    Element* elements;
};
