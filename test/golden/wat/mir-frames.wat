(module
  (type (;0;) (func (param i32 i32) (result i32)))
  (type (;1;) (func (param i32 i32 i32 i32 i32) (result i32)))
  (import "vivarium" "memory" (memory 1))
  (import "vivarium" "table" (table 0 funcref))
  (import "vivarium" "host" (func $import.host (type 0)))
  (func $r0 (type 1) (param i32 i32 i32 i32 i32) (result i32)
    (local i32 i64 i64 i64 i32 i32 i32)
    block
      block
        block
          block
            local.get 0
            i32.load offset=32
            local.set 10
            local.get 10
            i64.load offset=8
            local.set 6
            local.get 2
            i32.const 3
            i32.sub
            local.tee 2
            i32.const 0
            i32.lt_s
            if
              local.get 2
              i32.const 3
              i32.add
              local.set 2
              i32.const 0
              local.set 9
              i32.const -1
              local.set 11
              br 1
            end
            ;; @0: blt.i r1, 2, @8
            local.get 6
            i64.const 2
            i64.lt_s
            if
              ;; @8: mov r0, r1
              local.get 6
              local.set 7
              ;; @9: ret
              local.get 2
              i32.const 1
              i32.add
              local.set 2
              i32.const 224
              local.set 9
              i32.const -21
              local.set 11
              br 2
            else
              ;; @1: sub.i r4, r1, 1
              local.get 6
              i64.const 1
              i64.sub
              local.set 8
              ;; @2: call 0, 3
              local.get 2
              i32.const 1
              i32.add
              local.set 2
              i32.const 64
              local.set 9
              i32.const -21
              local.set 11
              br 3
            end
            unreachable
          end
          br 2
        end
        local.get 10
        local.get 7
        i64.store
        br 1
      end
      local.get 10
      local.get 8
      i64.store offset=32
      br 0
    end
    local.get 0
    local.get 0
    i32.load offset=60
    local.get 9
    i32.add
    i32.store
    local.get 0
    local.get 2
    i32.store offset=4
    local.get 11
  )
  (export "r0" (func $r0))
)
