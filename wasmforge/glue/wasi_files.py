"""Files in memory for WASI preview 1, as JavaScript: the functions that work on them, and the file system itself.

A node is a folder with `entries` by name and the folder `up` above it, or a file with `data`, of which `size` bytes
count. `own`: the bytes are this instance's, and may be changed in place. `changed`: the module wrote it. Each function
gets the open descriptor in place of its number; it gives an error's number, throws one, or gives nothing for success.
"""

FUNCTIONS: dict[str, str] = {
    "fd_advise": "() => 0",
    "fd_allocate": "({ node }, offset, length) => resize(node, Math.max(node.size, Number(offset + length)))",
    "fd_close": "({ fd }) => { delete fds[fd]; }",
    "fd_datasync": "() => 0",
    "fd_fdstat_get": """({ node, flags, rights }, at) => {
      bytes(at, 24).fill(0)[0] = kind(node);
      view().setUint16(at + 2, flags, true);
      view().setBigUint64(at + 8, rights, true);
      view().setBigUint64(at + 16, $ALL, true);
    }""",
    "fd_fdstat_set_flags": "(open, flags) => { open.flags = flags; }",
    "fd_fdstat_set_rights": "() => 0",
    "fd_filestat_get": "({ node }, at) => stat(node, at)",
    "fd_filestat_set_size": "({ node }, size) => resize(node, Number(size))",
    "fd_filestat_set_times": "({ node }, accessed, modified, flags) => touch(node, modified, flags)",
    "fd_pread": "(open, list, length, offset, count) => { read(open, list, length, count, Number(offset)); }",
    "fd_prestat_dir_name": "({ fd }, at) => { if (fd !== 3) return $BADF; bytes(at, 1)[0] = 47; }",
    "fd_prestat_get": """({ fd }, at) => {
      if (fd !== 3) return $BADF;
      view().setUint32(at, 0, true);
      view().setUint32(at + 4, 1, true);
    }""",
    "fd_pwrite": "(open, list, length, offset, count) => { write(open, list, length, count, Number(offset)); }",
    "fd_read": "(open, list, length, count) => { open.at += read(open, list, length, count, open.at); }",
    "fd_readdir": """(open, at, length, cookie, used) => {
      const { node } = open, limit = at + length;
      if (!node.entries) return $NOTDIR;
      if (cookie === 0n) open.listed = [[".", node], ["..", node.up ?? node], ...node.entries];
      let end = at;
      for (let i = Number(cookie); i < open.listed?.length && end < limit; i++) {
        const [name, child] = open.listed[i], encoded = $bytes(name);
        const entry = new Uint8Array(24 + encoded.length), fields = new DataView(entry.buffer);
        fields.setBigUint64(0, BigInt(i + 1), true);
        fields.setBigUint64(8, BigInt(child.id), true);
        fields.setUint32(16, encoded.length, true);
        fields.setUint8(20, kind(child));
        entry.set(encoded, 24);
        const part = entry.subarray(0, limit - end);
        bytes(end, part.length).set(part);
        end += part.length;
      }
      view().setUint32(used, end - at, true);
    }""",
    "fd_renumber": """(open, to) => {
      if (!fds[to]) return $BADF;
      delete fds[open.fd];
      fds[to] = open;
      open.fd = to;
    }""",
    "fd_seek": """(open, offset, whence, at) => {
      const to = Number(offset) + [0, open.at, open.node.size][whence];
      if (!(to >= 0)) return $INVAL;
      open.at = to;
      view().setBigUint64(at, BigInt(to), true);
    }""",
    "fd_sync": "() => 0",
    "fd_tell": "(open, at) => { view().setBigUint64(at, BigInt(open.at), true); }",
    "fd_write": """(open, list, length, count) => {
      if (open.flags & 1) open.at = open.node.size;
      open.at += write(open, list, length, count, open.at);
    }""",
    "path_create_directory": """(open, path, length) => {
      const { folder, name, node } = walk(open, path, length);
      if (node) return $EXIST;
      folder.entries.set(name, $folder(folder));
    }""",
    "path_filestat_get": "(open, lookup, path, length, at) => stat(found(open, path, length).node, at)",
    "path_filestat_set_times": """(open, lookup, path, length, accessed, modified, flags) =>
      touch(found(open, path, length).node, modified, flags)""",
    "path_link": "() => $NOTSUP",
    "path_open": """(open, lookup, path, length, how, rights, inheriting, flags, at) => {
      let { folder, name, node, slash } = walk(open, path, length);
      if (!node) {
        if (!(how & 1)) return $NOENT;
        if (slash) return $ISDIR;
        node = $file(new Uint8Array(), true);
        folder.entries.set(name, node);
      } else if ((how & 5) === 5) return $EXIST;
      else if (how & 2 && !node.entries) return $NOTDIR;
      else if (node.entries && rights & 64n) return $ISDIR;
      else if (how & 8) resize(node, 0);
      let fd = fds.findIndex((other) => !other);
      if (fd < 0) fd = fds.length;
      fds[fd] = { fd, node, at: 0, flags, rights };
      view().setUint32(at, fd, true);
    }""",
    "path_readlink": "(open, path, length) => (found(open, path, length), $INVAL)",
    "path_remove_directory": """(open, path, length) => {
      const { folder, name, node } = found(open, path, length);
      if (!node.entries) return $NOTDIR;
      if (node.entries.size) return $NOTEMPTY;
      if (!name) return $INVAL;
      folder.entries.delete(name);
    }""",
    "path_rename": """(open, from, fromLength, fd, to, toLength) => {
      if (!fds[fd]?.node) return $BADF;
      const old = found(open, from, fromLength), next = walk(fds[fd], to, toLength);
      if (!old.name || !next.name) return $INVAL;
      if (old.node === next.node) return 0;
      if (next.node?.entries && !old.node.entries) return $ISDIR;
      if (next.node && !next.node.entries && old.node.entries) return $NOTDIR;
      if (next.node?.entries?.size) return $NOTEMPTY;
      for (let above = next.folder; above; above = above.up) if (above === old.node) return $INVAL;
      old.folder.entries.delete(old.name);
      next.folder.entries.set(next.name, old.node);
      old.node.up = next.folder;
      old.node.changed = true;
    }""",
    "path_symlink": "() => $NOTSUP",
    "path_unlink_file": """(open, path, length) => {
      const { folder, name, node } = found(open, path, length);
      if (node.entries) return $ISDIR;
      folder.entries.delete(name);
    }""",
}
"""A function that is not here works on no file."""

BEYOND_MEMORY: dict[str, str] = {
    "$bytes": """\
const $bytes = (content) => {
  if (typeof content === "string") return new TextEncoder().encode(content);
  if (!ArrayBuffer.isView(content)) return new Uint8Array(content);
  return new Uint8Array(content.buffer, content.byteOffset, content.byteLength);
};
""",
    "$now": "const $now = () => BigInt(Date.now()) * 1000000n;\n",
    "$nodes": "let $nodes = 0;\n",
    "$folder": """\
const $folder = (up) => ({ id: ++$nodes, up, entries: new Map(), size: 0, time: $now() });
""",
    "$file": """\
const $file = (data, own) => ({ id: ++$nodes, data, size: data.length, own, changed: own, time: $now() });
""",
    "$lay": """\
// Lays files, by path, into a folder.
function $lay(root, files) {
  for (const [path, content] of Object.entries(files)) {
    const names = path.split("/").filter((name) => name && name !== ".");
    const last = names.pop();
    let folder = root;
    for (const name of names) {
      if (!folder.entries.has(name)) folder.entries.set(name, $folder(folder));
      folder = folder.entries.get(name);
      if (!folder.entries) throw new Error(`${path}: ${name} is a file`);
    }
    if (!last || [last, ...names].includes("..")) throw new Error(`${path}: no path of a file`);
    if (folder.entries.get(last)?.entries) throw new Error(`${path}: is a folder`);
    folder.entries.set(last, $file($bytes(content), false));
  }
  return root;
}
""",
    "$written": """\
// The files in a folder that the module wrote, by path.
function $written(folder, path = "", all = false, written = {}) {
  for (const [name, node] of folder.entries) {
    const changed = all || node.changed;
    if (node.entries) $written(node, `${path}${name}/`, changed, written);
    else if (changed) written[path + name] = node.data.slice(0, node.size);
  }
  return written;
}
""",
    "$unpack": """\
// The files in a delivered pack, by path: a line of JSON with the path and size of each, then their bytes.
function $unpack(pack) {
  const data = new Uint8Array(pack), head = data.indexOf(10), files = {};
  let at = head + 1;
  for (const [path, size] of JSON.parse(new TextDecoder().decode(data.subarray(0, head)))) {
    files[path] = data.subarray(at, (at += size));
  }
  return files;
}
""",
}
"""The file system, by the name that each piece declares; in the order in which they are written."""

IN_MEMORY: dict[str, str] = {
    "kind": "  const kind = (node) => (node.entries ? 3 : 4);\n",
    "walk": """\
  // The place that a path leads to: its folder and name there, and the node if there is one.
  const walk = ({ node }, at, length) => {
    const path = new TextDecoder().decode(bytes(at, length).slice());
    if (path[0] === "/") throw $NOTCAPABLE;
    if (!path) throw $NOENT;
    let folder, name = "";
    for (const part of path.split("/")) {
      if (!part || part === ".") continue;
      if (!node) throw $NOENT;
      if (!node.entries) throw $NOTDIR;
      folder = part === ".." ? node.up?.up : node;
      name = part === ".." ? "" : part;
      if (part === ".." && !node.up) throw $NOTCAPABLE;
      node = part === ".." ? node.up : node.entries.get(part);
    }
    const slash = /\\/\\.?$/.test(path);
    if (slash && node && !node.entries) throw $NOTDIR;
    return { folder, name, node, slash };
  };
""",
    "found": """\
  const found = (open, at, length) => {
    const place = walk(open, at, length);
    if (!place.node) throw $NOENT;
    return place;
  };
""",
    "stat": """\
  const stat = (node, at) => {
    bytes(at, 64).fill(0)[16] = kind(node);
    const fields = [[0, 1n], [8, BigInt(node.id)], [24, 1n], [32, BigInt(node.size)]];
    for (const [field, value] of fields) view().setBigUint64(at + field, value, true);
    for (const field of [40, 48, 56]) view().setBigUint64(at + field, node.time, true);
  };
""",
    "touch": """\
  const touch = (node, modified, flags) => {
    if (flags & 12) node.time = flags & 8 ? $now() : modified;
  };
""",
    "resize": """\
  const resize = (node, size) => {
    if (node.entries) throw $ISDIR;
    reserve(node, size);
    node.data.fill(0, size, node.size);
    node.size = size;
    node.time = $now();
  };
""",
    "read": """\
  const read = ({ node, rights }, list, length, count, from) => {
    if (node.entries) throw $ISDIR;
    if (!(rights & 2n)) throw $BADF;
    let at = from;
    for (const target of buffers(list, length)) {
      const part = node.data.subarray(at, Math.min(at + target.length, node.size));
      target.set(part);
      at += part.length;
      if (part.length < target.length) break;
    }
    view().setUint32(count, at - from, true);
    return at - from;
  };
""",
    "write": """\
  const write = ({ node, rights }, list, length, count, from) => {
    if (node.entries || !(rights & 64n)) throw $BADF;
    let at = from;
    for (const part of buffers(list, length)) {
      reserve(node, at + part.length);
      node.data.set(part, at);
      at += part.length;
      node.size = Math.max(node.size, at);
    }
    node.time = $now();
    view().setUint32(count, at - from, true);
    return at - from;
  };
""",
    "reserve": """\
  // Makes a file's bytes its own, with room for so many.
  const reserve = (node, size) => {
    node.changed = true;
    if (node.own && size <= node.data.length) return;
    let data;
    try {
      data = new Uint8Array(Math.max(size, node.size, node.own ? 2 * node.data.length : 0));
    } catch {
      throw $NOSPC;
    }
    data.set(node.data.subarray(0, node.size));
    node.data = data;
    node.own = true;
  };
""",
    "fds": "  const fds = [{}, {}, {}, { fd: 3, node: root, at: 0, flags: 0, rights: $ALL }];\n",
    "onFile": """\
  // A function for a descriptor: `call` for a file or a folder, `stream` for one of the three streams.
  const onFile = (call, stream) => (fd, ...words) => {
    if (!fds[fd]) return $BADF;
    if (!fds[fd].node) return stream(fd, ...words);
    try {
      return call(fds[fd], ...words) ?? 0;
    } catch (error) {
      if (typeof error !== "number") throw error;
      return error;
    }
  };
""",
}
"""What these functions use, by the name that each piece declares; it reads and writes the instance's memory."""
