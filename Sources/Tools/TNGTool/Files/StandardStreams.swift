import Foundation

/// Opens `/dev/null` in place of standard streams that are closed, so that no file that is opened
/// later takes the number of one and gets messages written into it. Reading from or writing to these
/// fails.
func keepStandardStreams() {
  let modes = [
    (STDIN_FILENO, O_WRONLY), (STDOUT_FILENO, O_RDONLY), (STDERR_FILENO, O_RDONLY),
  ]
  for (descriptor, mode) in modes where fcntl(descriptor, F_GETFD) < 0 {
    // The lowest number that is free is this one.
    _ = open("/dev/null", mode)
  }
}
