"""Tests of wasmforge/bench: figures, inputs, agreement, orders; no process is started."""
