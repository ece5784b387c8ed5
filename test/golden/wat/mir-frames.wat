(module
  (type (;0;) (func (param i32 i32) (result i32)))
  (type (;1;) (func (param i32 i32 i32 i32) (result i32)))
  (type (;2;) (func (param i32 i32 i32 i32 i64) (result i32 i64)))
  (import "vivarium" "memory" (memory 1))
  (import "vivarium" "table" (table 0 funcref))
  (import "vivarium" "host" (func $import.host (type 0)))
  (func $r0 (type 1) (param i32 i32 i32 i32) (result i32)
    (local i64)
    local.get 0
    local.get 1
    local.get 2
    local.get 3
    local.get 3
    i64.load offset=8
    call 2
    local.set 4
    local.tee 1
    i32.const 0
    i32.ge_s
    if
      local.get 3
      local.get 4
      i64.store
    end
    local.get 1
  )
  (func (type 2) (param i32 i32 i32 i32 i64) (result i32 i64)
    (local i64 i64 i64 i64 i32 i32 i32)
    block
      block
        block
          block
            block
              block
                block
                  block
                    block
                      local.get 1
                      i32.const 3
                      i32.sub
                      local.tee 1
                      i32.const 0
                      i32.lt_s
                      if
                        local.get 1
                        i32.const 3
                        i32.add
                        local.set 1
                        i32.const 0
                        local.set 9
                        i32.const -1
                        local.set 10
                        br 1
                      end
                      ;; @0: blt.i r1, 2, @8
                      local.get 4
                      i64.const 2
                      i64.lt_s
                      if
                        ;; @8: mov r0, r1
                        local.get 4
                        local.set 5
                        ;; @9: ret
                        local.get 0
                        i32.const 224
                        i32.store offset=96
                        local.get 1
                        local.get 5
                        return
                      else
                        ;; @1: sub.i r4, r1, 1
                        local.get 4
                        i64.const 1
                        i64.sub
                        local.set 6
                        ;; @2: call 0, 3
                        local.get 2
                        local.get 0
                        i32.load offset=88
                        i32.ge_u
                        if
                          local.get 1
                          i32.const 1
                          i32.add
                          local.set 1
                          i32.const 64
                          local.set 9
                          i32.const -21
                          local.set 10
                          br 3
                        end
                        local.get 0
                        local.get 1
                        local.get 2
                        i32.const 8
                        i32.add
                        local.get 3
                        i32.const 24
                        i32.add
                        local.get 6
                        call 2
                        local.set 7
                        local.set 1
                        local.get 1
                        i32.const 0
                        i32.lt_s
                        if
                          i32.const 80
                          local.set 9
                          i32.const 24
                          local.set 10
                          br 4
                        end
                        local.get 1
                        i32.const 3
                        i32.sub
                        local.tee 1
                        i32.const 0
                        i32.lt_s
                        if
                          local.get 1
                          i32.const 3
                          i32.add
                          local.set 1
                          i32.const 80
                          local.set 9
                          i32.const -1
                          local.set 10
                          br 5
                        end
                        ;; @3: mov r2, r3
                        local.get 7
                        local.set 8
                        ;; @4: sub.i r4, r1, 2
                        local.get 4
                        i64.const 2
                        i64.sub
                        local.set 6
                        ;; @5: call 0, 3
                        local.get 2
                        local.get 0
                        i32.load offset=88
                        i32.ge_u
                        if
                          local.get 1
                          i32.const 1
                          i32.add
                          local.set 1
                          i32.const 128
                          local.set 9
                          i32.const -21
                          local.set 10
                          br 6
                        end
                        local.get 0
                        local.get 1
                        local.get 2
                        i32.const 8
                        i32.add
                        local.get 3
                        i32.const 24
                        i32.add
                        local.get 6
                        call 2
                        local.set 7
                        local.set 1
                        local.get 1
                        i32.const 0
                        i32.lt_s
                        if
                          i32.const 144
                          local.set 9
                          i32.const 24
                          local.set 10
                          br 7
                        end
                        local.get 1
                        i32.const 2
                        i32.sub
                        local.tee 1
                        i32.const 0
                        i32.lt_s
                        if
                          local.get 1
                          i32.const 2
                          i32.add
                          local.set 1
                          i32.const 144
                          local.set 9
                          i32.const -1
                          local.set 10
                          br 8
                        end
                        ;; @6: add r0, r2, r3
                        local.get 8
                        local.get 7
                        i64.add
                        local.set 5
                        ;; @7: ret
                        local.get 0
                        i32.const 176
                        i32.store offset=96
                        local.get 1
                        local.get 5
                        return
                      end
                      unreachable
                    end
                    local.get 3
                    local.get 4
                    i64.store offset=8
                    br 7
                  end
                  local.get 3
                  local.get 4
                  i64.store offset=8
                  local.get 3
                  local.get 6
                  i64.store offset=32
                  br 6
                end
                local.get 3
                local.get 4
                i64.store offset=8
                br 4
              end
              local.get 3
              local.get 4
              i64.store offset=8
              local.get 3
              local.get 7
              i64.store offset=24
              br 4
            end
            local.get 3
            local.get 6
            i64.store offset=32
            local.get 3
            local.get 8
            i64.store offset=16
            br 3
          end
          local.get 3
          local.get 8
          i64.store offset=16
          br 1
        end
        local.get 3
        local.get 7
        i64.store offset=24
        local.get 3
        local.get 8
        i64.store offset=16
        br 1
      end
      local.get 2
      local.get 0
      i32.load offset=60
      local.get 9
      i32.add
      i32.store
      local.get 2
      local.get 10
      i32.store offset=4
      local.get 1
      i64.const 0
      return
    end
    local.get 0
    local.get 0
    i32.load offset=60
    local.get 9
    i32.add
    i32.store
    local.get 0
    local.get 1
    i32.store offset=4
    local.get 0
    local.get 2
    i32.store offset=40
    local.get 0
    local.get 3
    i32.store offset=32
    local.get 10
    i64.const 0
  )
  (export "r0" (func $r0))
  (export "c0" (func $r0))
)
