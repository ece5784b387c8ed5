/* Gravity between five bodies, in double precision. Argument: steps. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#define BODIES 5
#define PI 3.141592653589793
#define MASS (4 * PI * PI)
#define YEAR 365.24

struct body { double x, y, z, vx, vy, vz, mass; };

static struct body body[BODIES] = {
  {0, 0, 0, 0, 0, 0, MASS},
  {4.84143144246472090, -1.16032004402742839, -0.103622044471123109, 0.00166007664274403694 * YEAR,
   0.00769901118419740425 * YEAR, -0.0000690460016972063023 * YEAR, 0.000954791938424326609 * MASS},
  {8.34336671824457987, 4.12479856412430479, -0.403523417114321381, -0.00276742510726411 * YEAR,
   0.00499852801234917238 * YEAR, 0.0000230417297573763929 * YEAR, 0.000285885980666130812 * MASS},
  {12.8943695621391310, -15.1111514016986312, -0.223307578892655734, 0.00296460137564761618 * YEAR,
   0.0023784717395948095 * YEAR, -0.0000296589568540237556 * YEAR, 0.0000436624404335156298 * MASS},
  {15.3796971148509165, -25.9193146099879641, 0.179258772950371181, 0.00268067772490389322 * YEAR,
   0.00162824170038242295 * YEAR, -0.000095159225451971587 * YEAR, 0.0000515138902046611451 * MASS}};

static double energy (void) {
  double e = 0;
  int i, j;
  for (i = 0; i < BODIES; i++) {
    struct body *b = &body[i];
    e += 0.5 * b->mass * (b->vx * b->vx + b->vy * b->vy + b->vz * b->vz);
    for (j = i + 1; j < BODIES; j++) {
      struct body *c = &body[j];
      double dx = b->x - c->x, dy = b->y - c->y, dz = b->z - c->z;
      e -= b->mass * c->mass / sqrt (dx * dx + dy * dy + dz * dz);
    }
  }
  return e;
}

/* Square root by Newton's steps, so that the inner loop calls nobody. */
static double root (double v) {
  double r = v > 1 ? v * 0.5 : 1;
  int i;
  for (i = 0; i < 8; i++) r = 0.5 * (r + v / r);
  return r;
}

static void advance (double dt) {
  int i, j;
  for (i = 0; i < BODIES; i++) {
    struct body *b = &body[i];
    for (j = i + 1; j < BODIES; j++) {
      struct body *c = &body[j];
      double dx = b->x - c->x, dy = b->y - c->y, dz = b->z - c->z;
      double d2 = dx * dx + dy * dy + dz * dz;
      double mag = dt / (d2 * root (d2));
      b->vx -= dx * c->mass * mag;
      b->vy -= dy * c->mass * mag;
      b->vz -= dz * c->mass * mag;
      c->vx += dx * b->mass * mag;
      c->vy += dy * b->mass * mag;
      c->vz += dz * b->mass * mag;
    }
  }
  for (i = 0; i < BODIES; i++) {
    struct body *b = &body[i];
    b->x += dt * b->vx;
    b->y += dt * b->vy;
    b->z += dt * b->vz;
  }
}

int main (int argc, char **argv) {
  int n = argc > 1 ? atoi (argv[1]) : 1000, i;
  printf ("%.9f\n", energy ());
  for (i = 0; i < n; i++) advance (0.01);
  printf ("%.9f\n", energy ());
  return 0;
}
