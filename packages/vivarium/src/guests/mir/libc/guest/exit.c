/* atexit for MIR programs: linked in only where it is used, it takes the place of exit and of the program's start. */

void __viv_exit (int code);
int main (int argc, char **argv, char **envp);

static void (*handlers[64]) (void);
static int count;

int atexit (void (*handler) (void)) {
  if (count == 64) return -1;
  handlers[count++] = handler;
  return 0;
}

void exit (int code) {
  while (count > 0) handlers[--count]();
  __viv_exit (code);
}

void __viv_start (int argc, char **argv, char **envp) { exit (main (argc, argv, envp)); }
