(module
  (type (;0;) (func (param i32 i32) (result i32)))
  (type (;1;) (func (param i32 i32 i32 i32) (result i32)))
  (import "vivarium" "memory" (memory 1))
  (import "vivarium" "table" (table 0 funcref))
  (import "vivarium" "host" (func $import.host (type 0)))
  (func $r0 (type 1) (param i32 i32 i32 i32) (result i32)
    (local i32 i32 i32 i32 i32 i32 i32 i64 i32)
    block
      block
        block
          local.get 0
          i32.load offset=400
          local.set 7
          local.get 0
          i32.load offset=404
          local.set 8
          local.get 0
          i32.load offset=408
          local.set 9
          local.get 1
          i32.const 6
          i32.sub
          local.tee 1
          i32.const 0
          i32.lt_s
          if
            local.get 1
            i32.const 6
            i32.add
            local.set 1
            i32.const 0
            local.set 4
            i32.const -1
            local.set 5
            br 1
          end
          ;; @0: store_imm_u8 24, 24
          i32.const 24
          local.set 10
          i64.const 24
          local.set 11
          block
            block
              block (result i32)
                block
                  local.get 10
                  i32.const 131072
                  i32.sub
                  local.get 8
                  i32.ge_u
                  br_if 0
                  local.get 9
                  br 1
                end
                local.get 0
                local.get 0
                i32.load offset=72
                i32.load
                i32.add
                local.set 12
                local.get 10
                local.get 12
                i32.load offset=144
                i32.sub
                local.get 12
                i32.load offset=152
                i32.ge_u
                br_if 1
                local.get 12
                i32.load offset=156
              end
              local.get 10
              i32.add
              local.get 11
              i64.store8
              br 1
            end
            local.get 0
            local.get 10
            i32.store offset=80
            local.get 0
            i32.const 0
            i32.store offset=84
            local.get 1
            i32.const 6
            i32.add
            local.set 1
            i32.const 16
            local.set 4
            i32.const -22
            local.set 5
            br 1
          end
          ;; @4: store_imm_u16 24, 24
          i32.const 24
          local.set 10
          i64.const 24
          local.set 11
          block
            block
              block (result i32)
                block
                  local.get 10
                  i32.const 131072
                  i32.sub
                  local.get 8
                  i32.ge_u
                  br_if 0
                  local.get 9
                  br 1
                end
                local.get 0
                local.get 0
                i32.load offset=72
                i32.load
                i32.add
                local.set 12
                local.get 10
                local.get 12
                i32.load offset=144
                i32.sub
                local.get 12
                i32.load offset=152
                i32.ge_u
                br_if 1
                local.get 12
                i32.load offset=156
              end
              local.get 10
              i32.add
              local.get 11
              i64.store16
              br 1
            end
            local.get 0
            local.get 10
            i32.store offset=80
            local.get 0
            i32.const 0
            i32.store offset=84
            local.get 1
            i32.const 5
            i32.add
            local.set 1
            i32.const 32
            local.set 4
            i32.const -22
            local.set 5
            br 1
          end
          ;; @8: store_imm_u32 24, 24
          i32.const 24
          local.set 10
          i64.const 24
          local.set 11
          block
            block
              block (result i32)
                block
                  local.get 10
                  i32.const 131072
                  i32.sub
                  local.get 8
                  i32.ge_u
                  br_if 0
                  local.get 9
                  br 1
                end
                local.get 0
                local.get 0
                i32.load offset=72
                i32.load
                i32.add
                local.set 12
                local.get 10
                local.get 12
                i32.load offset=144
                i32.sub
                local.get 12
                i32.load offset=152
                i32.ge_u
                br_if 1
                local.get 12
                i32.load offset=156
              end
              local.get 10
              i32.add
              local.get 11
              i64.store32
              br 1
            end
            local.get 0
            local.get 10
            i32.store offset=80
            local.get 0
            i32.const 0
            i32.store offset=84
            local.get 1
            i32.const 4
            i32.add
            local.set 1
            i32.const 48
            local.set 4
            i32.const -22
            local.set 5
            br 1
          end
          ;; @12: store_imm_u64 24, 24
          i32.const 24
          local.set 10
          i64.const 24
          local.set 11
          block
            block
              block (result i32)
                block
                  local.get 10
                  i32.const 131072
                  i32.sub
                  local.get 8
                  i32.ge_u
                  br_if 0
                  local.get 9
                  br 1
                end
                local.get 0
                local.get 0
                i32.load offset=72
                i32.load
                i32.add
                local.set 12
                local.get 10
                local.get 12
                i32.load offset=144
                i32.sub
                local.get 12
                i32.load offset=152
                i32.ge_u
                br_if 1
                local.get 12
                i32.load offset=156
              end
              local.get 10
              i32.add
              local.get 11
              i64.store
              br 1
            end
            local.get 0
            local.get 10
            i32.store offset=80
            local.get 0
            i32.const 0
            i32.store offset=84
            local.get 1
            i32.const 3
            i32.add
            local.set 1
            i32.const 64
            local.set 4
            i32.const -22
            local.set 5
            br 1
          end
          ;; @16: fallthrough
          ;; @17: trap
          local.get 0
          i32.const 0
          i32.store offset=16
          i32.const 112
          local.set 4
          i32.const -3
          local.set 5
          br 0
          unreachable
        end
        br 1
      end
      unreachable
    end
    local.get 0
    local.get 0
    i32.load offset=60
    local.get 4
    i32.add
    i32.store
    local.get 0
    local.get 1
    i32.store offset=4
    local.get 5
  )
  (export "r0" (func $r0))
)
