import Dispatch
import Foundation

/// Makes the signals that end a program remove its temporary files first, and a closed pipe and a
/// file that may not grow errors of writing. Call it before there is a second thread.
func prepareSignals() {
  for number in [SIGPIPE, SIGXFSZ] { signal(number, SIG_IGN) }
  var signals = sigset_t()
  sigemptyset(&signals)
  let ending = [SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGALRM, SIGXCPU, SIGUSR1, SIGUSR2]
  for number in ending where !isIgnored(number) { sigaddset(&signals, number) }
  // Every thread inherits the mask, so that only the queue below takes these signals.
  pthread_sigmask(SIG_BLOCK, &signals, nil)
  DispatchQueue(label: "signals").async { [signals] in waitAndEnd(signals) }
}

/// Whether the program was started with a signal ignored, as `nohup` does.
private func isIgnored(_ number: Int32) -> Bool {
  let ignoring = unsafeBitCast(SIG_IGN, to: Int.self)
  guard unsafeBitCast(signal(number, SIG_DFL), to: Int.self) == ignoring else { return false }
  signal(number, SIG_IGN)
  return true
}

/// Waits for a signal, removes the temporary files and lets the signal do what it does by default,
/// so that the shell sees it.
private func waitAndEnd(_ signals: sigset_t) {
  var signals = signals
  var number: Int32 = 0
  sigwait(&signals, &number)
  unfinishedFiles.removeAll {
    signal(number, SIG_DFL)
    pthread_sigmask(SIG_UNBLOCK, &signals, nil)
    raise(number)
  }
}
