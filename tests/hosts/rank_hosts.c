// Rank 0 prints "COUNT ranks:" and the host name of every rank, in rank order: that messages passed between them.
#include <mpi.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { kLength = 64 };

int main(int argc, char** argv) {
  char name[kLength] = {0};
  int rank = 0;
  int count = 0;
  MPI_Init(&argc, &argv);
  MPI_Comm_rank(MPI_COMM_WORLD, &rank);
  MPI_Comm_size(MPI_COMM_WORLD, &count);
  gethostname(name, sizeof name - 1);
  char* names = malloc((size_t)count * kLength);
  MPI_Gather(name, kLength, MPI_CHAR, names, kLength, MPI_CHAR, 0, MPI_COMM_WORLD);
  if (rank == 0) {
    printf("%d ranks:", count);
    for (int i = 0; i < count; ++i) printf(" %s", names + i * kLength);
    printf("\n");
  }
  free(names);
  MPI_Finalize();
  return 0;
}
