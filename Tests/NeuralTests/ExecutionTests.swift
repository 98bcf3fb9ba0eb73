import Neural
import Testing

@Suite struct ExecutionTests {
  @Test(arguments: [1, 2, 5])
  func everyUnitOfWorkIsDoneOnce(threads: Int) {
    Execution(threads: threads).withWorkers { execution in
      for count in [0, 1, 2, 7, 1000] + [Int](repeating: 3, count: 1000) {
        let visits = Tensor(rows: threads, columns: count, channels: 1)
        execution.parallelFor(count) { index, worker in visits.position(worker, index).pointee += 1
        }
        for index in 0..<count {
          #expect((0..<threads).reduce(0) { $0 + visits.position($1, index).pointee } == 1)
        }
      }
    }
  }

  @Test func whatTheBodyThrowsComesOut() {
    struct Failure: Error {}
    #expect(throws: Failure.self) {
      try Execution(threads: 2).withWorkers { _ throws(Failure) in throw Failure() }
    }
  }

  @Test func memoryIsUsedAgainWhereItFits() {
    let workspace = Workspace()
    let block = workspace.take(10_000)
    workspace.recycle(block)
    let small = workspace.take(100)
    let similar = workspace.take(9_000)
    #expect(similar.base == block.base)
    #expect(small.base != block.base)
    workspace.recycle(small)
    workspace.recycle(similar)
  }
}
