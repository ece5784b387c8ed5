"""The primes below a limit, by a sieve over a bytearray: viv run examples/python/primes.py 50"""

import sys


def primes(limit):
    sieve = bytearray([1]) * limit
    sieve[:2] = bytes(min(limit, 2))
    for n in range(2, int(limit**0.5) + 1):
        if sieve[n]:
            sieve[n * n :: n] = bytes(len(range(n * n, limit, n)))
    return (n for n, is_prime in enumerate(sieve) if is_prime)


limit = int(sys.argv[1]) if len(sys.argv) > 1 else 100
print(*primes(limit))
