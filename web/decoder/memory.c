// The heap and the few functions of the C library that Embedded Swift and the kernels call; WebAssembly brings none.
//
// First fit: free blocks are a list in the order of their addresses, and neighbours are joined. A decoder holds few and
// large blocks, so the list is short.
#include <stddef.h>
#include <stdint.h>

#include "CAtomics.h"

// Blocks are whole units, and begin with one that holds their size: so all memory is aligned to cache lines.
enum { unit = 64, page = 65536 };

typedef struct block {
  size_t size;  // in bytes, this header included
  struct block *next;
} block;

extern uint8_t __heap_base;

static block first = {0, NULL};  // before all others, never used
static uintptr_t heap_end;

static uint8_t *end_of(block *b) { return (uint8_t *)b + b->size; }

static void join_next(block *b) {
  if (b->next && end_of(b) == (uint8_t *)b->next) {
    b->size += b->next->size;
    b->next = b->next->next;
  }
}

static void insert(block *b) {
  block *before = &first;
  while (before->next && before->next < b) before = before->next;
  b->next = before->next;
  before->next = b;
  join_next(b);
  if (before != &first) join_next(before);
}

// Adds a free block of at least `size` bytes, or of what a free one at the end lacks of them.
static int grow(size_t size) {
  if (!heap_end) {
    heap_end = __builtin_wasm_memory_size(0) * page;
    block *rest = (block *)(((uintptr_t)&__heap_base + unit - 1) / unit * unit);
    rest->size = heap_end - (uintptr_t)rest;
    insert(rest);
  }
  size_t pages = size / page + 1;
  if (__builtin_wasm_memory_grow(0, pages) == (size_t)-1) return 0;
  block *added = (block *)heap_end;
  added->size = pages * page;
  heap_end += added->size;
  insert(added);
  return 1;
}

static void *take(size_t size) {
  for (block *before = &first, *b; (b = before->next); before = b) {
    if (b->size < size) continue;
    if (b->size == size) {
      before->next = b->next;
    } else {
      block *rest = (block *)((uint8_t *)b + size);
      rest->size = b->size - size;
      rest->next = b->next;
      before->next = rest;
      b->size = size;
    }
    return (uint8_t *)b + unit;
  }
  return NULL;
}

// Held by the thread that changes what stands above.
static int64_t lock;

void *malloc(size_t count) {
  if (count > SIZE_MAX - 2 * page) return NULL;
  size_t size = (count + 2 * unit - 1) / unit * unit;
  tng_lock(&lock);
  void *memory = take(size);
  if (!memory && grow(size)) memory = take(size);
  tng_unlock(&lock);
  return memory;
}

void free(void *memory) {
  if (!memory) return;
  tng_lock(&lock);
  insert((block *)((uint8_t *)memory - unit));
  tng_unlock(&lock);
}

// What Swift allocates. It does not look at the result, and address 0 can be written to here: so without memory, this does
// not return, and the page sees an error. Gives 0, as in POSIX.
int posix_memalign(void **memory, size_t alignment, size_t count) {
  *memory = alignment <= unit ? malloc(count) : NULL;
  if (!*memory) __builtin_trap();
  return 0;
}

// With bulk memory, these are single instructions.
void *memcpy(void *to, const void *from, size_t count) { return __builtin_memcpy(to, from, count); }
void *memmove(void *to, const void *from, size_t count) {
  return __builtin_memmove(to, from, count);
}
void *memset(void *to, int value, size_t count) { return __builtin_memset(to, value, count); }
