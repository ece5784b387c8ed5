(module
  (type (;0;) (func (param i32 i32) (result i32)))
  (type (;1;) (func (param i32 i32 i32 i32) (result i32)))
  (type (;2;) (func (param i32 i32 i32 i32 i64 i64) (result i32 f64)))
  (import "vivarium" "memory" (memory 1))
  (import "vivarium" "table" (table 0 funcref))
  (import "vivarium" "host" (func $import.host (type 0)))
  (func $r0 (type 1) (param i32 i32 i32 i32) (result i32)
    (local f64)
    local.get 0
    local.get 1
    local.get 2
    local.get 3
    local.get 3
    i64.load offset=8
    local.get 3
    i64.load offset=16
    call 2
    local.set 4
    local.tee 1
    i32.const 0
    i32.ge_s
    if
      local.get 3
      local.get 4
      f64.store
    end
    local.get 1
  )
  (func (type 2) (param i32 i32 i32 i32 i64 i64) (result i32 f64)
    (local f64 i64 f64 f64 i32 i32 i32 i32 i32 i32 i32 f64 i32)
    block
      block
        block
          block
            block
              block
                local.get 0
                i32.load offset=112
                local.set 13
                local.get 0
                i32.load offset=116
                local.set 14
                local.get 0
                i32.load offset=120
                local.set 15
                local.get 0
                i32.load offset=124
                local.set 16
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
                  i32.const 0
                  local.set 10
                  i32.const -1
                  local.set 11
                  br 1
                end
                ;; @0: dmov.i r3, 0.0
                i64.const 0
                f64.reinterpret_i64
                local.set 6
                ;; @1: mov.i r4, 0
                i64.const 0
                local.set 7
                loop
                  local.get 1
                  i32.const 5
                  i32.sub
                  local.tee 1
                  i32.const 0
                  i32.lt_s
                  if
                    local.get 1
                    i32.const 5
                    i32.add
                    local.set 1
                    i32.const 48
                    local.set 10
                    i32.const -1
                    local.set 11
                    br 3
                  end
                  ;; @2: bge r4, r2, @7
                  local.get 7
                  local.get 5
                  i64.ge_s
                  if
                    local.get 1
                    i32.const 1
                    i32.add
                    local.set 1
                    ;; @7: i2d r5, r2
                    local.get 5
                    f64.convert_i64_s
                    local.set 8
                    ;; @8: ddiv r0, r3, r5
                    local.get 6
                    local.get 8
                    f64.div
                    local.set 17
                    local.get 17
                    local.get 17
                    f64.le
                    i32.eqz
                    if
                      local.get 1
                      i32.const 2
                      i32.add
                      local.set 1
                      i32.const 192
                      local.set 10
                      i32.const -23
                      local.set 11
                      br 5
                    end
                    local.get 17
                    local.set 9
                    ;; @9: ret
                    local.get 0
                    i32.const 208
                    i32.store offset=96
                    local.get 1
                    local.get 9
                    return
                  else
                    ;; @3: ldx.d r5, r1, r4, 3
                    local.get 4
                    i32.wrap_i64
                    local.get 7
                    i32.wrap_i64
                    i32.const 3
                    i32.const 3
                    i32.and
                    i32.shl
                    i32.add
                    i32.const 3
                    i32.const 2
                    i32.shr_s
                    i32.add
                    local.set 18
                    block (result f64)
                      block
                        block (result i32)
                          block
                            local.get 18
                            local.get 13
                            i32.sub
                            local.get 14
                            i32.ge_u
                            br_if 0
                            local.get 16
                            br 1
                          end
                          local.get 18
                          local.get 0
                          i32.load offset=128
                          i32.sub
                          local.get 0
                          i32.load offset=132
                          i32.ge_u
                          br_if 1
                          local.get 0
                          i32.load offset=140
                        end
                        local.get 18
                        i32.add
                        f64.load
                        br 1
                      end
                      local.get 0
                      local.get 18
                      i32.store offset=80
                      local.get 1
                      i32.const 4
                      i32.add
                      local.set 1
                      i32.const 96
                      local.set 10
                      i32.const -22
                      local.set 11
                      br 4
                    end
                    local.set 8
                    ;; @4: dadd r3, r3, r5
                    local.get 6
                    local.get 8
                    f64.add
                    local.set 17
                    local.get 17
                    local.get 17
                    f64.le
                    i32.eqz
                    if
                      local.get 1
                      i32.const 3
                      i32.add
                      local.set 1
                      i32.const 112
                      local.set 10
                      i32.const -23
                      local.set 11
                      br 6
                    end
                    local.get 17
                    local.set 6
                    ;; @5: add.i r4, r4, 1
                    local.get 7
                    i64.const 1
                    i64.add
                    local.set 7
                    ;; @6: jmp @2
                    br 1
                  end
                end
                unreachable
              end
              local.get 3
              local.get 5
              i64.store offset=16
              local.get 3
              local.get 4
              i64.store offset=8
              br 4
            end
            local.get 3
            local.get 6
            f64.store offset=24
            local.get 3
            local.get 7
            i64.store offset=32
            local.get 3
            local.get 5
            i64.store offset=16
            local.get 3
            local.get 4
            i64.store offset=8
            br 3
          end
          local.get 3
          local.get 6
          f64.store offset=24
          local.get 3
          local.get 8
          f64.store offset=40
          br 2
        end
        local.get 3
        local.get 6
        f64.store offset=24
        local.get 3
        local.get 7
        i64.store offset=32
        local.get 3
        local.get 5
        i64.store offset=16
        local.get 3
        local.get 8
        f64.store offset=40
        local.get 3
        local.get 4
        i64.store offset=8
        br 1
      end
      unreachable
    end
    local.get 0
    local.get 0
    i32.load offset=60
    local.get 10
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
    local.get 11
    f64.const 0
  )
  (export "r0" (func $r0))
  (export "c0" (func $r0))
)
