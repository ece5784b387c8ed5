(module
  (type (;0;) (func (param i32 i32) (result i32)))
  (type (;1;) (func (param i32 i32 i32 i32) (result i32)))
  (import "vivarium" "memory" (memory 1))
  (import "vivarium" "table" (table 0 funcref))
  (import "vivarium" "host" (func $import.host (type 0)))
  (func $r0 (type 1) (param i32 i32 i32 i32) (result i32)
    (local i64 i64 i32 i32 i32 i32 i32 i32 i32 i32 i64 i32 i32)
    block
      block
        block
          block
            local.get 0
            i64.load offset=528
            local.set 4
            local.get 0
            i64.load offset=568
            local.set 5
            local.get 0
            i32.load offset=400
            local.set 9
            local.get 0
            i32.load offset=404
            local.set 10
            local.get 0
            i32.load offset=408
            local.set 11
            local.get 1
            i32.const 15
            i32.sub
            local.tee 1
            i32.const 0
            i32.lt_s
            if
              local.get 1
              i32.const 15
              i32.add
              local.set 1
              i32.const 0
              local.set 6
              i32.const -1
              local.set 7
              br 1
            end
            ;; @0: branch_ne_imm t0, 1, @7
            local.get 4
            i64.const 1
            i64.ne
            if
              ;; @7: load_imm a0, 24
              i64.const 24
              local.set 5
              ;; @10: load_u8 a0, 24
              i32.const 24
              local.set 12
              block (result i64)
                block
                  block (result i32)
                    block
                      local.get 12
                      i32.const 131072
                      i32.sub
                      local.get 9
                      i32.ge_u
                      br_if 0
                      local.get 11
                      br 1
                    end
                    local.get 0
                    local.get 0
                    i32.load offset=72
                    i32.load
                    i32.add
                    local.set 13
                    local.get 12
                    local.get 13
                    i32.load offset=144
                    i32.sub
                    local.get 13
                    i32.load offset=148
                    i32.ge_u
                    br_if 1
                    local.get 13
                    i32.load offset=156
                  end
                  local.get 12
                  i32.add
                  i64.load8_u
                  br 1
                end
                local.get 0
                local.get 12
                i32.store offset=80
                local.get 0
                i32.const 0
                i32.store offset=84
                local.get 1
                i32.const 13
                i32.add
                local.set 1
                i32.const 96
                local.set 6
                i32.const -22
                local.set 7
                br 3
              end
              local.set 5
              ;; @13: load_i8 a0, 24
              i32.const 24
              local.set 12
              block (result i64)
                block
                  block (result i32)
                    block
                      local.get 12
                      i32.const 131072
                      i32.sub
                      local.get 9
                      i32.ge_u
                      br_if 0
                      local.get 11
                      br 1
                    end
                    local.get 0
                    local.get 0
                    i32.load offset=72
                    i32.load
                    i32.add
                    local.set 13
                    local.get 12
                    local.get 13
                    i32.load offset=144
                    i32.sub
                    local.get 13
                    i32.load offset=148
                    i32.ge_u
                    br_if 1
                    local.get 13
                    i32.load offset=156
                  end
                  local.get 12
                  i32.add
                  i64.load8_s
                  br 1
                end
                local.get 0
                local.get 12
                i32.store offset=80
                local.get 0
                i32.const 0
                i32.store offset=84
                local.get 1
                i32.const 12
                i32.add
                local.set 1
                i32.const 112
                local.set 6
                i32.const -22
                local.set 7
                br 3
              end
              local.set 5
              ;; @16: load_u16 a0, 24
              i32.const 24
              local.set 12
              block (result i64)
                block
                  block (result i32)
                    block
                      local.get 12
                      i32.const 131072
                      i32.sub
                      local.get 9
                      i32.ge_u
                      br_if 0
                      local.get 11
                      br 1
                    end
                    local.get 0
                    local.get 0
                    i32.load offset=72
                    i32.load
                    i32.add
                    local.set 13
                    local.get 12
                    local.get 13
                    i32.load offset=144
                    i32.sub
                    local.get 13
                    i32.load offset=148
                    i32.ge_u
                    br_if 1
                    local.get 13
                    i32.load offset=156
                  end
                  local.get 12
                  i32.add
                  i64.load16_u
                  br 1
                end
                local.get 0
                local.get 12
                i32.store offset=80
                local.get 0
                i32.const 0
                i32.store offset=84
                local.get 1
                i32.const 11
                i32.add
                local.set 1
                i32.const 128
                local.set 6
                i32.const -22
                local.set 7
                br 3
              end
              local.set 5
              ;; @19: load_i16 a0, 24
              i32.const 24
              local.set 12
              block (result i64)
                block
                  block (result i32)
                    block
                      local.get 12
                      i32.const 131072
                      i32.sub
                      local.get 9
                      i32.ge_u
                      br_if 0
                      local.get 11
                      br 1
                    end
                    local.get 0
                    local.get 0
                    i32.load offset=72
                    i32.load
                    i32.add
                    local.set 13
                    local.get 12
                    local.get 13
                    i32.load offset=144
                    i32.sub
                    local.get 13
                    i32.load offset=148
                    i32.ge_u
                    br_if 1
                    local.get 13
                    i32.load offset=156
                  end
                  local.get 12
                  i32.add
                  i64.load16_s
                  br 1
                end
                local.get 0
                local.get 12
                i32.store offset=80
                local.get 0
                i32.const 0
                i32.store offset=84
                local.get 1
                i32.const 10
                i32.add
                local.set 1
                i32.const 144
                local.set 6
                i32.const -22
                local.set 7
                br 3
              end
              local.set 5
              ;; @22: load_u32 a0, 24
              i32.const 24
              local.set 12
              block (result i64)
                block
                  block (result i32)
                    block
                      local.get 12
                      i32.const 131072
                      i32.sub
                      local.get 9
                      i32.ge_u
                      br_if 0
                      local.get 11
                      br 1
                    end
                    local.get 0
                    local.get 0
                    i32.load offset=72
                    i32.load
                    i32.add
                    local.set 13
                    local.get 12
                    local.get 13
                    i32.load offset=144
                    i32.sub
                    local.get 13
                    i32.load offset=148
                    i32.ge_u
                    br_if 1
                    local.get 13
                    i32.load offset=156
                  end
                  local.get 12
                  i32.add
                  i64.load32_u
                  br 1
                end
                local.get 0
                local.get 12
                i32.store offset=80
                local.get 0
                i32.const 0
                i32.store offset=84
                local.get 1
                i32.const 9
                i32.add
                local.set 1
                i32.const 160
                local.set 6
                i32.const -22
                local.set 7
                br 3
              end
              local.set 5
              ;; @25: load_i32 a0, 24
              i32.const 24
              local.set 12
              block (result i64)
                block
                  block (result i32)
                    block
                      local.get 12
                      i32.const 131072
                      i32.sub
                      local.get 9
                      i32.ge_u
                      br_if 0
                      local.get 11
                      br 1
                    end
                    local.get 0
                    local.get 0
                    i32.load offset=72
                    i32.load
                    i32.add
                    local.set 13
                    local.get 12
                    local.get 13
                    i32.load offset=144
                    i32.sub
                    local.get 13
                    i32.load offset=148
                    i32.ge_u
                    br_if 1
                    local.get 13
                    i32.load offset=156
                  end
                  local.get 12
                  i32.add
                  i64.load32_s
                  br 1
                end
                local.get 0
                local.get 12
                i32.store offset=80
                local.get 0
                i32.const 0
                i32.store offset=84
                local.get 1
                i32.const 8
                i32.add
                local.set 1
                i32.const 176
                local.set 6
                i32.const -22
                local.set 7
                br 3
              end
              local.set 5
              ;; @28: load_u64 a0, 24
              i32.const 24
              local.set 12
              block (result i64)
                block
                  block (result i32)
                    block
                      local.get 12
                      i32.const 131072
                      i32.sub
                      local.get 9
                      i32.ge_u
                      br_if 0
                      local.get 11
                      br 1
                    end
                    local.get 0
                    local.get 0
                    i32.load offset=72
                    i32.load
                    i32.add
                    local.set 13
                    local.get 12
                    local.get 13
                    i32.load offset=144
                    i32.sub
                    local.get 13
                    i32.load offset=148
                    i32.ge_u
                    br_if 1
                    local.get 13
                    i32.load offset=156
                  end
                  local.get 12
                  i32.add
                  i64.load
                  br 1
                end
                local.get 0
                local.get 12
                i32.store offset=80
                local.get 0
                i32.const 0
                i32.store offset=84
                local.get 1
                i32.const 7
                i32.add
                local.set 1
                i32.const 192
                local.set 6
                i32.const -22
                local.set 7
                br 3
              end
              local.set 5
              ;; @31: store_u8 a0, 24
              i32.const 24
              local.set 12
              local.get 5
              local.set 14
              block
                block
                  block (result i32)
                    block
                      local.get 12
                      i32.const 131072
                      i32.sub
                      local.get 10
                      i32.ge_u
                      br_if 0
                      local.get 11
                      br 1
                    end
                    local.get 0
                    local.get 0
                    i32.load offset=72
                    i32.load
                    i32.add
                    local.set 13
                    local.get 12
                    local.get 13
                    i32.load offset=144
                    i32.sub
                    local.get 13
                    i32.load offset=152
                    i32.ge_u
                    br_if 1
                    local.get 13
                    i32.load offset=156
                  end
                  local.get 12
                  i32.add
                  local.get 14
                  i64.store8
                  br 1
                end
                local.get 0
                local.get 12
                i32.store offset=80
                local.get 0
                i32.const 0
                i32.store offset=84
                local.get 1
                i32.const 6
                i32.add
                local.set 1
                i32.const 208
                local.set 6
                i32.const -22
                local.set 7
                br 3
              end
              ;; @34: store_u16 a0, 24
              i32.const 24
              local.set 12
              local.get 5
              local.set 14
              block
                block
                  block (result i32)
                    block
                      local.get 12
                      i32.const 131072
                      i32.sub
                      local.get 10
                      i32.ge_u
                      br_if 0
                      local.get 11
                      br 1
                    end
                    local.get 0
                    local.get 0
                    i32.load offset=72
                    i32.load
                    i32.add
                    local.set 13
                    local.get 12
                    local.get 13
                    i32.load offset=144
                    i32.sub
                    local.get 13
                    i32.load offset=152
                    i32.ge_u
                    br_if 1
                    local.get 13
                    i32.load offset=156
                  end
                  local.get 12
                  i32.add
                  local.get 14
                  i64.store16
                  br 1
                end
                local.get 0
                local.get 12
                i32.store offset=80
                local.get 0
                i32.const 0
                i32.store offset=84
                local.get 1
                i32.const 5
                i32.add
                local.set 1
                i32.const 224
                local.set 6
                i32.const -22
                local.set 7
                br 3
              end
              ;; @37: store_u32 a0, 24
              i32.const 24
              local.set 12
              local.get 5
              local.set 14
              block
                block
                  block (result i32)
                    block
                      local.get 12
                      i32.const 131072
                      i32.sub
                      local.get 10
                      i32.ge_u
                      br_if 0
                      local.get 11
                      br 1
                    end
                    local.get 0
                    local.get 0
                    i32.load offset=72
                    i32.load
                    i32.add
                    local.set 13
                    local.get 12
                    local.get 13
                    i32.load offset=144
                    i32.sub
                    local.get 13
                    i32.load offset=152
                    i32.ge_u
                    br_if 1
                    local.get 13
                    i32.load offset=156
                  end
                  local.get 12
                  i32.add
                  local.get 14
                  i64.store32
                  br 1
                end
                local.get 0
                local.get 12
                i32.store offset=80
                local.get 0
                i32.const 0
                i32.store offset=84
                local.get 1
                i32.const 4
                i32.add
                local.set 1
                i32.const 240
                local.set 6
                i32.const -22
                local.set 7
                br 3
              end
              ;; @40: store_u64 a0, 24
              i32.const 24
              local.set 12
              local.get 5
              local.set 14
              block
                block
                  block (result i32)
                    block
                      local.get 12
                      i32.const 131072
                      i32.sub
                      local.get 10
                      i32.ge_u
                      br_if 0
                      local.get 11
                      br 1
                    end
                    local.get 0
                    local.get 0
                    i32.load offset=72
                    i32.load
                    i32.add
                    local.set 13
                    local.get 12
                    local.get 13
                    i32.load offset=144
                    i32.sub
                    local.get 13
                    i32.load offset=152
                    i32.ge_u
                    br_if 1
                    local.get 13
                    i32.load offset=156
                  end
                  local.get 12
                  i32.add
                  local.get 14
                  i64.store
                  br 1
                end
                local.get 0
                local.get 12
                i32.store offset=80
                local.get 0
                i32.const 0
                i32.store offset=84
                local.get 1
                i32.const 3
                i32.add
                local.set 1
                i32.const 256
                local.set 6
                i32.const -22
                local.set 7
                br 3
              end
              ;; @43: fallthrough
              ;; @44: trap
              local.get 0
              i32.const 0
              i32.store offset=16
              i32.const 304
              local.set 6
              i32.const -3
              local.set 7
              br 2
            else
              local.get 1
              i32.const 13
              i32.add
              local.set 1
              ;; @4: jump_ind a0, 24
              local.get 5
              i32.wrap_i64
              i32.const 24
              i32.add
              local.set 12
              local.get 12
              i32.const -65536
              i32.eq
              if
                local.get 0
                i32.const 0
                i32.store offset=16
                i32.const 48
                local.set 6
                i32.const -2
                local.set 7
                br 2
              end
              local.get 12
              i32.const 1
              i32.and
              if
                local.get 0
                i32.const 0
                i32.store offset=16
                i32.const 48
                local.set 6
                i32.const -3
                local.set 7
                br 2
              end
              local.get 12
              i32.const 1
              i32.shr_u
              i32.const 1
              i32.sub
              local.set 15
              local.get 15
              local.get 3
              i32.eq
              if
                local.get 1
                return
              end
              block
                local.get 15
                local.get 0
                i32.load offset=28
                i32.ge_u
                br_if 0
                local.get 0
                i32.load offset=24
                local.get 15
                i32.const 2
                i32.shl
                i32.add
                i32.load
                local.tee 16
                i32.eqz
                br_if 0
                local.get 0
                local.get 16
                i32.store
                local.get 0
                i32.const 1
                i32.store offset=76
                local.get 0
                local.get 1
                local.get 2
                local.get 3
                local.get 15
                return_call_indirect (type 1)
              end
              i32.const 48
              local.set 6
              i32.const -3
              local.set 7
              br 1
            end
            unreachable
          end
          br 2
        end
        local.get 0
        local.get 5
        i64.store offset=568
        br 1
      end
      unreachable
    end
    local.get 0
    local.get 0
    i32.load offset=60
    local.get 6
    i32.add
    i32.store
    local.get 0
    local.get 1
    i32.store offset=4
    local.get 7
  )
  (export "r0" (func $r0))
)
