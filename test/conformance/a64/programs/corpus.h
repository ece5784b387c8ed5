/* What the programs share: numbers that are random enough, and a way to mix results into one. */
typedef unsigned char u8;
typedef unsigned short u16;
typedef unsigned int u32;
typedef unsigned long u64;
typedef int i32;
typedef long i64;

static inline u64 next(u64 *s) {
  u64 x = *s;
  x ^= x << 13;
  x ^= x >> 7;
  x ^= x << 17;
  return *s = x;
}
static inline u64 mix(u64 h, u64 v) {
  h ^= v + 0x9e3779b97f4a7c15ul + (h << 6) + (h >> 2);
  return h * 0xff51afd7ed558ccdul;
}
static inline u64 bits(double d) {
  union {
    double d;
    u64 u;
  } x = {d};
  return x.u;
}
static inline u32 fbits(float f) {
  union {
    float f;
    u32 u;
  } x = {f};
  return x.u;
}
