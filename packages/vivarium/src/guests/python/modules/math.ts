/** Functions of doubles that the host's `Math` lacks. */

const G = 607 / 128;
// biome-ignore-start lint/correctness/noPrecisionLoss: the coefficients as published
const LANCZOS = [
  0.99999999999999709182, 57.156235665862923517, -59.597960355475491248, 14.136097974741747174, -0.49191381609762019978,
  0.33994649984811888699e-4, 0.46523628927048575665e-4, -0.98374475304879564677e-4, 0.15808870322491248884e-3,
  -0.21026444172410488319e-3, 0.2174396181152126432e-3, -0.16431810653676389022e-3, 0.84418223983852743293e-4,
  -0.2619083840158140867e-4, 0.36899182659531622704e-5,
];
// biome-ignore-end lint/correctness/noPrecisionLoss: the coefficients as published

export function lgamma(x: number): number {
  if (!Number.isFinite(x)) return x !== x ? x : Number.POSITIVE_INFINITY;
  if (x <= 0 && Number.isInteger(x)) return Number.NaN;
  if (x === 1 || x === 2) return 0;
  if (x < 0.5) return Math.log(Math.PI / Math.abs(Math.sin(Math.PI * x))) - lgamma(1 - x);
  let sum = LANCZOS[0]!;
  for (let i = 1; i < LANCZOS.length; i++) sum += LANCZOS[i]! / (x - 1 + i);
  const t = x - 0.5 + G;
  return (x - 0.5) * Math.log(t) - t + Math.log(Math.sqrt(2 * Math.PI) * sum);
}

export function gamma(x: number): number {
  if (x === Number.NEGATIVE_INFINITY) return Number.NaN;
  if (!Number.isFinite(x)) return x;
  if (x === 0) return 1 / x;
  if (Number.isInteger(x)) {
    if (x < 0) return Number.NaN;
    if (x <= 23) {
      let r = 1;
      for (let i = 2; i < x; i++) r *= i;
      return r;
    }
  }
  if (x > 171.7) return Number.POSITIVE_INFINITY;
  if (x < 0.5) return Math.PI / (Math.sin(Math.PI * x) * gamma(1 - x));
  let sum = LANCZOS[0]!;
  for (let i = 1; i < LANCZOS.length; i++) sum += LANCZOS[i]! / (x - 1 + i);
  const t = x - 0.5 + G;
  const half = t ** ((x - 0.5) / 2);
  return Math.sqrt(2 * Math.PI) * sum * half * Math.exp(-t) * half;
}

/** Power series for small arguments, continued fraction for large ones. */
export function erf(x: number): number {
  if (x !== x) return x;
  const a = Math.abs(x);
  if (a > 6) return Math.sign(x);
  if (a >= 2.5) return x > 0 ? 1 - erfcTail(a) : erfcTail(a) - 1;
  let term = x;
  let sum = x;
  for (let n = 1; n < 200 && Math.abs(term) > 1e-18 * Math.abs(sum); n++) {
    term *= (2 * x * x) / (2 * n + 1);
    sum += term;
  }
  return ((2 * Math.exp(-x * x)) / Math.sqrt(Math.PI)) * sum;
}

export function erfc(x: number): number {
  if (x !== x) return x;
  if (x >= 2.5) return erfcTail(x);
  return 1 - erf(x);
}

function erfcTail(x: number): number {
  if (x > 27.3) return 0;
  let f = 0;
  for (let k = 120; k > 0; k--) f = k / 2 / (x + f);
  return Math.exp(-x * x) / Math.sqrt(Math.PI) / (x + f);
}

const view = new DataView(new ArrayBuffer(8));

export function nextAfter(x: number, y: number): number {
  if (x !== x || y !== y) return Number.NaN;
  if (x === y) return y;
  if (x === 0) return y > 0 ? Number.MIN_VALUE : -Number.MIN_VALUE;
  view.setFloat64(0, x);
  view.setBigInt64(0, view.getBigInt64(0) + (x < y === x > 0 ? 1n : -1n));
  return view.getFloat64(0);
}

export function ulp(x: number): number {
  if (x !== x) return x;
  const a = Math.abs(x);
  if (!Number.isFinite(a)) return a;
  const up = nextAfter(a, Number.POSITIVE_INFINITY);
  return Number.isFinite(up) ? up - a : a - nextAfter(a, 0);
}
