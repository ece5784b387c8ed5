"""Counts the words on standard input: echo "to be or not to be" | viv run examples/python/words.py 2"""

import sys
from collections import Counter

most = int(sys.argv[1]) if len(sys.argv) > 1 else 10
counts = Counter(word.strip(".,;:!?").lower() for line in sys.stdin for word in line.split())
for word, count in counts.most_common(most):
    print(f"{count:5} {word}")
sys.exit(0 if counts else 1)
