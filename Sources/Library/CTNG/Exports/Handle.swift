// Objects of the library in the hands of C programs, which own them.

/// Gives an object away.
func handle(_ object: AnyObject) -> OpaquePointer {
  OpaquePointer(Unmanaged.passRetained(object).toOpaque())
}

/// The object that was given away.
func object<Object: AnyObject>(
  _ handle: OpaquePointer?, _ type: Object.Type, _ name: StaticString
) throws(Failure) -> Object {
  guard let handle else { throw .argument("\(name) is NULL") }
  return Unmanaged<Object>.fromOpaque(UnsafeRawPointer(handle)).takeUnretainedValue()
}

/// Takes an object back.
func free<Object: AnyObject>(_ handle: OpaquePointer?, _ type: Object.Type) {
  guard let handle else { return }
  Unmanaged<Object>.fromOpaque(UnsafeRawPointer(handle)).release()
}
