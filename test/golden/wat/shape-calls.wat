(module
  (type (;0;) (func (param i32 i32) (result i32)))
  (type (;1;) (func (param i32 i32 i32 i32) (result i32)))
  (import "vivarium" "memory" (memory 1))
  (import "vivarium" "table" (table 0 funcref))
  (import "vivarium" "host" (func $import.host (type 0)))
  (func $r0 (type 1) (param i32 i32 i32 i32) (result i32)
    (local i64 i64 i32 i32 i32 i32 i32 i32)
    block
      block
        block
          block
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
            ;; @0: load_imm_jump ra, 2, @9
            i64.const 2
            local.set 4
            local.get 0
            local.get 4
            i64.store offset=512
            local.get 2
            i32.eqz
            if
              local.get 0
              local.get 0
              i32.load offset=60
              i32.const 96
              i32.add
              i32.store
              local.get 0
              local.get 1
              i32.store offset=4
              i32.const -20
              return
            end
            local.get 0
            local.get 1
            local.get 2
            i32.const 1
            i32.sub
            i32.const 0
            call $r1
            local.tee 1
            i32.const 0
            i32.lt_s
            if
              local.get 1
              return
            end
            local.get 0
            i64.load offset=568
            local.set 5
            local.get 1
            i32.const 22
            i32.sub
            local.tee 1
            i32.const 0
            i32.lt_s
            if
              local.get 1
              i32.const 22
              i32.add
              local.set 1
              i32.const 32
              local.set 6
              i32.const -1
              local.set 7
              br 1
            end
            ;; @4: load_imm_jump_ind ra, a0, 4, 0
            local.get 5
            i32.wrap_i64
            i32.const 0
            i32.add
            local.set 9
            i64.const 4
            local.set 4
            local.get 9
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
            local.get 9
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
            local.get 9
            i32.const 1
            i32.shr_u
            i32.const 1
            i32.sub
            local.set 10
            block
              local.get 10
              local.get 0
              i32.load offset=28
              i32.ge_u
              br_if 0
              local.get 0
              i32.load offset=24
              local.get 10
              i32.const 2
              i32.shl
              i32.add
              i32.load
              local.tee 11
              i32.eqz
              br_if 0
              local.get 0
              local.get 4
              i64.store offset=512
              local.get 0
              local.get 11
              i32.store
              local.get 2
              i32.eqz
              if
                local.get 0
                local.get 1
                i32.store offset=4
                i32.const -20
                return
              end
              local.get 0
              local.get 1
              local.get 2
              i32.const 1
              i32.sub
              i32.const 1
              local.get 10
              call_indirect (type 1)
              local.tee 1
              i32.const 0
              i32.lt_s
              if
                local.get 1
                return
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
                i32.const 64
                local.set 6
                i32.const -1
                local.set 7
                br 2
              end
              ;; @8: trap
              local.get 0
              i32.const 0
              i32.store offset=16
              i32.const 80
              local.set 6
              i32.const -3
              local.set 7
              br 1
            end
            i32.const 48
            local.set 6
            i32.const -3
            local.set 7
            br 1
            unreachable
          end
          br 2
        end
        local.get 0
        local.get 4
        i64.store offset=512
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
  (func $r1 (type 1) (param i32 i32 i32 i32) (result i32)
    (local i64 i64 i64 i32 i32 i32 i32 i64 i32 i32 i32)
    block
      block
        block
          block
            block
              block
                local.get 0
                i64.load offset=520
                local.set 4
                local.get 0
                i64.load offset=512
                local.set 5
                local.get 0
                i64.load offset=568
                local.set 6
                block
                  local.get 1
                  i32.const 73
                  i32.sub
                  local.tee 1
                  i32.const 0
                  i32.lt_s
                  if
                    local.get 1
                    i32.const 73
                    i32.add
                    local.set 1
                    i32.const 96
                    local.set 7
                    i32.const -1
                    local.set 8
                    br 2
                  end
                  ;; @9: add_imm_64 sp, sp, -16
                  local.get 4
                  i64.const -16
                  i64.add
                  local.set 4
                  ;; @12: store_ind_u64 ra, sp, 0
                  local.get 4
                  i32.wrap_i64
                  i32.const 0
                  i32.add
                  local.set 10
                  local.get 5
                  local.set 11
                  block
                    block
                      local.get 10
                      i32.const 131072
                      i32.sub
                      local.get 0
                      i32.load offset=404
                      i32.ge_u
                      br_if 0
                      local.get 0
                      i32.load offset=408
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
                    i32.const 42608
                    i32.store offset=84
                    local.get 1
                    i32.const 47
                    i32.add
                    local.set 1
                    i32.const 128
                    local.set 7
                    i32.const -22
                    local.set 8
                    br 3
                  end
                  ;; @14: branch_lt_u_imm a0, 2, @26
                  local.get 6
                  i64.const 2
                  i64.lt_u
                  if
                    br 1
                  else
                    local.get 1
                    i32.const 32
                    i32.add
                    local.set 1
                    ;; @18: load_imm_jump ra, 6, @9
                    i64.const 6
                    local.set 5
                    local.get 0
                    local.get 4
                    i64.store offset=520
                    local.get 0
                    local.get 5
                    i64.store offset=512
                    local.get 2
                    i32.eqz
                    if
                      local.get 0
                      local.get 0
                      i32.load offset=60
                      i32.const 96
                      i32.add
                      i32.store
                      local.get 0
                      local.get 1
                      i32.store offset=4
                      i32.const -20
                      return
                    end
                    local.get 0
                    local.get 1
                    local.get 2
                    i32.const 1
                    i32.sub
                    i32.const 2
                    call $r1
                    local.tee 1
                    i32.const 0
                    i32.lt_s
                    if
                      local.get 1
                      return
                    end
                    local.get 0
                    i64.load offset=520
                    local.set 4
                    local.get 0
                    i64.load offset=568
                    local.set 6
                    local.get 1
                    i32.const 49
                    i32.sub
                    local.tee 1
                    i32.const 0
                    i32.lt_s
                    if
                      local.get 1
                      i32.const 49
                      i32.add
                      local.set 1
                      i32.const 192
                      local.set 7
                      i32.const -1
                      local.set 8
                      br 3
                    end
                    ;; @22: add_imm_64 a0, a0, -1
                    local.get 6
                    i64.const -1
                    i64.add
                    local.set 6
                    ;; @25: fallthrough
                    br 1
                  end
                end
                ;; @26: load_ind_u64 ra, sp, 0
                local.get 4
                i32.wrap_i64
                i32.const 0
                i32.add
                local.set 10
                block (result i64)
                  block
                    local.get 10
                    i32.const 131072
                    i32.sub
                    local.get 0
                    i32.load offset=400
                    i32.ge_u
                    br_if 0
                    local.get 0
                    i32.load offset=408
                    local.get 10
                    i32.add
                    i64.load
                    br 1
                  end
                  local.get 0
                  local.get 10
                  i32.store offset=80
                  local.get 0
                  i32.const 42608
                  i32.store offset=84
                  i32.const 256
                  local.set 7
                  i32.const -22
                  local.set 8
                  br 3
                end
                local.set 5
                ;; @28: add_imm_64 sp, sp, 16
                local.get 4
                i64.const 16
                i64.add
                local.set 4
                ;; @31: jump_ind ra, 0
                local.get 5
                i32.wrap_i64
                i32.const 0
                i32.add
                local.set 10
                local.get 10
                i32.const -65536
                i32.eq
                if
                  local.get 0
                  i32.const 0
                  i32.store offset=16
                  i32.const 288
                  local.set 7
                  i32.const -2
                  local.set 8
                  br 4
                end
                local.get 10
                i32.const 1
                i32.and
                if
                  local.get 0
                  i32.const 0
                  i32.store offset=16
                  i32.const 288
                  local.set 7
                  i32.const -3
                  local.set 8
                  br 4
                end
                local.get 10
                i32.const 1
                i32.shr_u
                i32.const 1
                i32.sub
                local.set 13
                local.get 13
                local.get 3
                i32.eq
                if
                  local.get 0
                  local.get 4
                  i64.store offset=520
                  local.get 0
                  local.get 5
                  i64.store offset=512
                  local.get 0
                  local.get 6
                  i64.store offset=568
                  local.get 1
                  return
                end
                block
                  local.get 13
                  local.get 0
                  i32.load offset=28
                  i32.ge_u
                  br_if 0
                  local.get 0
                  i32.load offset=24
                  local.get 13
                  i32.const 2
                  i32.shl
                  i32.add
                  i32.load
                  local.tee 14
                  i32.eqz
                  br_if 0
                  local.get 0
                  local.get 4
                  i64.store offset=520
                  local.get 0
                  local.get 5
                  i64.store offset=512
                  local.get 0
                  local.get 6
                  i64.store offset=568
                  local.get 0
                  local.get 14
                  i32.store
                  local.get 0
                  i32.const 11
                  i32.store offset=76
                  local.get 0
                  local.get 1
                  local.get 2
                  local.get 3
                  local.get 13
                  return_call_indirect (type 1)
                end
                i32.const 288
                local.set 7
                i32.const -3
                local.set 8
                br 3
                unreachable
              end
              br 4
            end
            local.get 0
            local.get 4
            i64.store offset=520
            br 3
          end
          local.get 0
          local.get 4
          i64.store offset=520
          local.get 0
          local.get 6
          i64.store offset=568
          br 2
        end
        local.get 0
        local.get 4
        i64.store offset=520
        local.get 0
        local.get 5
        i64.store offset=512
        local.get 0
        local.get 6
        i64.store offset=568
        br 1
      end
      unreachable
    end
    local.get 0
    local.get 0
    i32.load offset=60
    local.get 7
    i32.add
    i32.store
    local.get 0
    local.get 1
    i32.store offset=4
    local.get 8
  )
  (export "r0" (func $r0))
  (export "r1" (func $r1))
)
