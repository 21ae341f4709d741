;; A WASI command with threads of wasi-threads: four of them add their share of 1 to 1000 to one sum, each number by an
;; atomic addition, and the first thread waits for them without spinning. It prints nothing: exit code 0 when the sum is
;; right, 1 when it is not, 2 when a thread cannot be started.
(module
  (import "wasi" "thread-spawn" (func $spawn (param i32) (result i32)))
  (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
  (import "env" "memory" (memory 1 2 shared))
  (export "memory" (memory 0))

  ;; at 0 the sum, at 4 how many threads are done

  ;; A thread begins here: it adds share, share + 4, share + 8, … up to 1000.
  (func (export "wasi_thread_start") (param $id i32) (param $share i32)
    (loop $next
      (if (i32.le_u (local.get $share) (i32.const 1000)) (then
        (drop (i32.atomic.rmw.add (i32.const 0) (local.get $share)))
        (local.set $share (i32.add (local.get $share) (i32.const 4)))
        (br $next))))
    (drop (i32.atomic.rmw.add (i32.const 4) (i32.const 1)))
    (drop (memory.atomic.notify (i32.const 4) (i32.const 1))))

  (func (export "_start") (local $share i32) (local $done i32)
    (local.set $share (i32.const 1))
    (loop $start
      (if (i32.lt_s (call $spawn (local.get $share)) (i32.const 0)) (then (call $exit (i32.const 2))))
      (local.set $share (i32.add (local.get $share) (i32.const 1)))
      (br_if $start (i32.le_u (local.get $share) (i32.const 4))))
    (loop $wait
      (local.set $done (i32.atomic.load (i32.const 4)))
      (if (i32.lt_s (local.get $done) (i32.const 4)) (then
        (drop (memory.atomic.wait32 (i32.const 4) (local.get $done) (i64.const 1000000000)))
        (br $wait))))
    (call $exit (i32.ne (i32.atomic.load (i32.const 0)) (i32.const 500500)))))
