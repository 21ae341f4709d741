// Loaded by Node.js before asc, in each of its processes: adds a Make rule with every file that was read to $READS.
const fs = require("fs"), path = require("path")
const read = new Set()

function note(file) {
    if (typeof file === "string" || file instanceof URL || Buffer.isBuffer(file))
        read.add(path.resolve(file instanceof URL ? require("url").fileURLToPath(file) : String(file)))
}

// Only what is there was read; of an opened file it is the flag that says so, `r` if there is none.
const reads = (name, flag) => !["open", "openSync"].includes(name) || flag === undefined || flag === "r" || flag === 0
for (const [holder, names] of [
    [fs, ["readFile", "readFileSync", "open", "openSync", "createReadStream", "copyFile", "copyFileSync"]],
    [fs.promises, ["readFile", "open", "copyFile"]],
])
    for (const name of names) {
        const original = holder[name]
        holder[name] = function (file, ...more) {
            if (reads(name, more[0])) note(file)
            return original.call(this, file, ...more)
        }
    }
require("module").syncBuiltinESMExports()

const append = fs.appendFileSync, there = fs.existsSync
process.on("exit", () => {
    const names = [...read].filter(name => there(name)).map(name => name.replace(/([\\ \t#])/g, "\\$1").replace(/\$/g, "$$$$"))
    append(process.env.READS, `reads: ${names.join(" \\\n ")}\n`)
})
