;; Two classics of arithmetic, in the text format: nothing is imported, nothing is allocated.
(module
  ;; The greatest common divisor of two unsigned numbers, by Euclid's algorithm. gcd(0, n) is n.
  (func (export "gcd") (param $a i32) (param $b i32) (result i32)
    (local $rest i32)
    (block $done
      (loop $next
        (br_if $done (i32.eqz (local.get $b)))
        (local.set $rest (i32.rem_u (local.get $a) (local.get $b)))
        (local.set $a (local.get $b))
        (local.set $b (local.get $rest))
        (br $next)))
    (local.get $a))

  ;; The nth Fibonacci number, fib(0) = 0 and fib(1) = 1, modulo 2^64. Exact up to n = 93.
  (func (export "fib") (param $n i32) (result i64)
    (local $this i64)
    (local $following i64)
    (local.set $following (i64.const 1))
    (block $done
      (loop $next
        (br_if $done (i32.eqz (local.get $n)))
        (local.get $following)
        (local.set $following (i64.add (local.get $this) (local.get $following)))
        (local.set $this)
        (local.set $n (i32.sub (local.get $n) (i32.const 1)))
        (br $next)))
    (local.get $this)))
