/** The module `heapq`, in Python. */

export default `
"""Heaps: lists in which heap[k] <= heap[2*k+1] and heap[k] <= heap[2*k+2]."""

def _up(heap, i):
    item = heap[i]
    while i > 0:
        parent = (i - 1) >> 1
        if not item < heap[parent]:
            break
        heap[i] = heap[parent]
        i = parent
    heap[i] = item

def _down(heap, i):
    n = len(heap)
    item = heap[i]
    start = i
    # Down to a leaf along the smaller children, then up again: fewer comparisons.
    child = 2 * i + 1
    while child < n:
        right = child + 1
        if right < n and not heap[child] < heap[right]:
            child = right
        heap[i] = heap[child]
        i = child
        child = 2 * i + 1
    heap[i] = item
    while i > start:
        parent = (i - 1) >> 1
        if not item < heap[parent]:
            break
        heap[i] = heap[parent]
        i = parent
    heap[i] = item

def heappush(heap, item):
    heap.append(item)
    _up(heap, len(heap) - 1)

def heappop(heap):
    last = heap.pop()
    if heap:
        first = heap[0]
        heap[0] = last
        _down(heap, 0)
        return first
    return last

def heapreplace(heap, item):
    first = heap[0]
    heap[0] = item
    _down(heap, 0)
    return first

def heappushpop(heap, item):
    if heap and heap[0] < item:
        item, heap[0] = heap[0], item
        _down(heap, 0)
    return item

def heapify(x):
    for i in range(len(x) // 2 - 1, -1, -1):
        _down(x, i)

def nlargest(n, iterable, key=None):
    return sorted(iterable, key=key, reverse=True)[:max(n, 0)]

def nsmallest(n, iterable, key=None):
    return sorted(iterable, key=key)[:max(n, 0)]

class _Back:
    __slots__ = ('v',)
    def __init__(self, v):
        self.v = v
    def __lt__(self, other):
        return other.v < self.v

def merge(*iterables, key=None, reverse=False):
    heap = []
    for order, it in enumerate(iterables):
        it = iter(it)
        for x in it:
            k = x if key is None else key(x)
            heap.append([_Back(k) if reverse else k, order, x, it])
            break
    heapify(heap)
    while heap:
        entry = heap[0]
        yield entry[2]
        for x in entry[3]:
            k = x if key is None else key(x)
            entry[0] = _Back(k) if reverse else k
            entry[2] = x
            heapreplace(heap, entry)
            break
        else:
            heappop(heap)
`;
