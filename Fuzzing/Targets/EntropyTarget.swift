import EntropyCoding

/// Makes tables of the input, then decodes the rest of it as a stream, or codes values made of it.
func checkEntropyCoding(_ bytes: [UInt8]) throws(Contradiction) {
  var input = FuzzInput(bytes)
  let isStream = input.byte() & 1 == 0
  let tables = TableSet((0...input.number(in: 0...3)).map { _ in table(of: &input) })
  if isStream {
    try checkDecoding(input.rest, tables)
  } else {
    try checkCoding(&input, tables)
  }
}

private func table(of input: inout FuzzInput) -> FrequencyTable {
  let rawBits = input.number(in: 0...12)
  let minimum = input.number(in: -32768...32767)
  let frequencies = (0...input.number(in: 0...14)).map { _ in UInt16(1 + input.byte()) }
  return FrequencyTable(
    rawBits: rawBits, minimum: minimum,
    frequencies: frequencies + [4096 - frequencies.reduce(0, +)])!
}

/// An operation of a stream: an integer with a table.
private struct Operation {
  let table: Int
  let value: Int
}

/// Whatever the bytes, values are in the tables' range, and read many at a time they are the same.
private func checkDecoding(_ stream: [UInt8], _ tables: TableSet) throws(Contradiction) {
  guard var decoder = try? StreamDecoder(stream, range: stream.indices) else {
    return try check(stream.count < StreamDecoder.minimumSize, "a stream was refused")
  }
  try checkRuns(decoder, count: 4 * stream.count, tables)
  for index in 0..<4 * stream.count {
    let table = index % tables.tables.count
    guard let value = try? decoder.integer(table: table, of: tables) else { return }
    try check(
      value == 0 && decoder.isExhausted || tables.range(of: table).contains(value),
      "table \(table) gave \(value)")
  }
  try? decoder.finish()
}

/// A run of integers read at once, and one by one.
private func checkRuns(
  _ decoder: StreamDecoder, count: Int, _ tables: TableSet
) throws(Contradiction) {
  var (one, many) = (decoder, decoder)
  let indices = (0..<count).map { UInt16($0 % tables.tables.count) }
  var run = [Int32](repeating: 0, count: count)
  let isRead: Bool
  do throws(StreamError) {
    try indices.withUnsafeBufferPointer { indices throws(StreamError) in
      try run.withUnsafeMutableBufferPointer { run throws(StreamError) in
        try many.integers(tables: indices, of: tables, to: run.baseAddress!)
      }
    }
    isRead = true
  } catch { isRead = false }
  for (index, table) in indices.enumerated() {
    guard let value = try? one.integer(table: Int(table), of: tables) else {
      return try check(!isRead, "a run hides a code that does not exist")
    }
    try check(value == Int(run[index]), "\(value) in a run became \(run[index])")
  }
  try check(isRead && one.isExhausted == many.isExhausted, "the end of a run")
}

/// What was coded comes back, up to where the stream is cut.
private func checkCoding(_ input: inout FuzzInput, _ tables: TableSet) throws(Contradiction) {
  let cut = input.number(in: 0...65535)
  var operations: [Operation] = []
  while !input.isEmpty {
    let table = input.number(in: 0...tables.tables.count - 1)
    operations.append(
      Operation(table: table, value: input.number(in: tables.range(of: table))))
  }
  let stream = coded(operations, tables)
  try checkDecoding(stream, cutTo: stream.count, as: operations, tables)
  if cut < stream.count { try checkDecoding(stream, cutTo: cut, as: operations, tables) }
}

private func coded(_ operations: [Operation], _ tables: TableSet) -> [UInt8] {
  var encoder = StreamEncoder()
  for operation in operations {
    encoder.append(operation.value, table: operation.table, of: tables)
  }
  return encoder.finish()
}

private func checkDecoding(
  _ stream: [UInt8], cutTo length: Int, as operations: [Operation], _ tables: TableSet
) throws(Contradiction) {
  guard var decoder = try? StreamDecoder(stream, range: 0..<length) else {
    return try check(length < StreamDecoder.minimumSize, "a stream was refused")
  }
  for operation in operations {
    let value = try? decoder.integer(table: operation.table, of: tables)
    try check(
      value == operation.value || value == 0 && decoder.isExhausted,
      "\(operation.value) became \(String(describing: value))")
  }
  let isWhole: Bool
  do throws(StreamError) {
    try decoder.finish()
    isWhole = true
  } catch { isWhole = false }
  try check(isWhole == (length == stream.count), "the end of the stream")
}
