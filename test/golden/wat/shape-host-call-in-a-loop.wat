(module
  (type (;0;) (func (param i32 i32) (result i32)))
  (type (;1;) (func (param i32 i32 i32 i32) (result i32)))
  (import "vivarium" "memory" (memory 1))
  (import "vivarium" "table" (table 0 funcref))
  (import "vivarium" "host" (func $import.host (type 0)))
  (func $r0 (type 1) (param i32 i32 i32 i32) (result i32)
    (local i64 i64 i64 i64 i32 i32 i32 i32 i32 i32 i32)
    block
      block
        block
          block
            local.get 0
            i64.load offset=560
            local.set 5
            local.get 0
            i64.load offset=568
            local.set 6
            local.get 0
            i64.load offset=576
            local.set 7
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
              local.set 8
              i32.const -1
              local.set 9
              br 1
            end
            ;; @0: load_imm s0, 3
            i64.const 3
            local.set 4
            ;; @3: fallthrough
            loop
              local.get 1
              i32.const 101
              i32.sub
              local.tee 1
              i32.const 0
              i32.lt_s
              if
                local.get 1
                i32.const 101
                i32.add
                local.set 1
                i32.const 48
                local.set 8
                i32.const -1
                local.set 9
                br 3
              end
              ;; @4: load_ind_u8 a0, s1, 0
              local.get 5
              i32.wrap_i64
              i32.const 0
              i32.add
              local.set 10
              block
                block
                  local.get 10
                  i32.const 131072
                  i32.sub
                  local.tee 13
                  local.get 0
                  i32.load offset=400
                  i32.ge_u
                  br_if 0
                  local.get 13
                  i32.const 1
                  i32.add
                  local.get 0
                  i32.load offset=400
                  i32.ge_u
                  br_if 0
                  local.get 0
                  i32.load offset=408
                  local.get 10
                  i32.add
                  local.set 11
                  br 1
                end
                local.get 0
                local.get 10
                i32.store offset=80
                local.get 0
                i32.const 16
                i32.store offset=84
                i32.const 64
                local.set 8
                i32.const -22
                local.set 9
                br 3
              end
              local.get 11
              i64.load8_u
              local.set 6
              ;; @6: ecalli 7
              i32.const 7
              local.set 14
              local.get 0
              local.get 4
              i64.store offset=552
              local.get 0
              local.get 6
              i64.store offset=568
              local.get 0
              local.get 7
              i64.store offset=576
              local.get 0
              local.get 0
              i32.load offset=60
              i32.const 80
              i32.add
              i32.store
              local.get 0
              local.get 1
              i32.store offset=4
              local.get 0
              local.get 14
              i32.store offset=16
              local.get 0
              local.get 14
              call $import.host
              local.get 0
              i32.load offset=4
              local.set 1
              if
                i32.const -6
                return
              end
              local.get 0
              i64.load offset=552
              local.set 4
              local.get 0
              i64.load offset=560
              local.set 5
              local.get 0
              i64.load offset=568
              local.set 6
              local.get 0
              i64.load offset=576
              local.set 7
              ;; @8: load_ind_u8 a1, s1, 1
              local.get 11
              i64.load8_u offset=1
              local.set 7
              ;; @11: add_imm_64 s0, s0, -1
              local.get 4
              i64.const -1
              i64.add
              local.set 4
              ;; @14: branch_ne_imm s0, 0, @4
              local.get 4
              i64.const 0
              i64.ne
              if
                br 1
              else
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
                  local.set 8
                  i32.const -1
                  local.set 9
                  br 4
                end
                ;; @17: trap
                local.get 0
                i32.const 0
                i32.store offset=16
                i32.const 160
                local.set 8
                i32.const -3
                local.set 9
                br 3
              end
            end
            unreachable
          end
          br 2
        end
        local.get 0
        local.get 4
        i64.store offset=552
        local.get 0
        local.get 6
        i64.store offset=568
        local.get 0
        local.get 7
        i64.store offset=576
        br 1
      end
      unreachable
    end
    local.get 0
    local.get 0
    i32.load offset=60
    local.get 8
    i32.add
    i32.store
    local.get 0
    local.get 1
    i32.store offset=4
    local.get 9
  )
  (export "r0" (func $r0))
)
