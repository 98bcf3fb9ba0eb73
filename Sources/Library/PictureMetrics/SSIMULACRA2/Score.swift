import Neural

/// The norms of the errors of one scale.
struct ScaleNorms {
  /// For X, Y and B: the means of the structural error, of edges gained and of edges lost, and then
  /// their 4-norms.
  let channels: [[Double]]

  /// Compares two pictures of one size.
  init(original: LinearPicture, distorted: LinearPicture, _ execution: Execution) {
    let pixels = Double(original.width) * Double(original.height)
    let sums = ScaleComparison(original: original, distorted: distorted).sums(execution)
    channels = sums.map { sums in
      let errors = [sums.structure, sums.gained, sums.lost]
      return errors.map { $0.plain / pixels }
        + errors.map { ($0.quartic / pixels).squareRoot().squareRoot() }
    }
  }
}

/// The score of a picture with these errors, by scales from the finest on.
func score(of scales: [ScaleNorms]) -> Double {
  var next = weights.makeIterator()
  var sum = 0.0
  // Weights are counted through, whatever the number of scales.
  for channel in 0..<3 {
    for scale in scales {
      for norm in scale.channels[channel] { sum += (next.next() ?? 0) * norm }
    }
  }
  let x = sum * 0.9562382616834844
  let mapped = ((6.248496625763138e-05 * x - 0.020884521182843837) * x + 2.326765642916932) * x
  return mapped > 0 ? 100 - 10 * mapped.raised(to: 0.6276336467831387) : 100
}

/// The metric's weights: a line for each scale of X, of Y and of B; in it, for the mean and then
/// for the 4-norm, those of structure, edges gained and edges lost.
private let weights: [Double] = [
  0, 0.0007376606707406586, 0, 0, 0.0007793481682867309, 0,
  0, 0.0004371155730107379, 0, 1.1041726426657346, 0.00066284834129271, 0.00015231632783718752,
  0, 0.0016406437456599754, 0, 1.8422455520539298, 11.441172603757666, 0,
  0.0007989109436015163, 0.000176816438078653, 0, 1.8787594979546387, 10.94906990605142, 0,
  0.0007289346991508072, 0.9677937080626833, 0,
  0.00014003424285435884, 0.9981766977854967, 0.00031949755934435053,
  0.0004550992113792063, 0, 0, 0.0013648766163243398, 0, 0,
  0, 0, 0, 7.466890328078848, 0, 17.445833984131262,
  0.0006235601634041466, 0, 0, 6.683678146179332, 0.00037724407979611296, 1.027889937768264,
  225.20515300849274, 0, 0, 19.213238186143016, 0.0011401524586618361, 0.001237755635509985,
  176.39317598450694, 0, 0, 24.43300999870476, 0.28520802612117757, 0.0004485436923833408,
  0, 0, 0, 34.77906344483772, 44.835625328877896, 0,
  0, 0, 0, 0, 0, 0,
  0, 0.0008680556573291698, 0, 0, 0, 0,
  0, 0.0005313191874358747, 0, 0.00016533814161379112, 0, 0,
  0, 0, 0, 0.0004179171803251336, 0.0017290828234722833, 0,
  0.0020827005846636437, 0, 0, 8.826982764996862, 23.19243343998926, 0,
  95.1080498811086, 0.9863978034400682, 0.9834382792465353,
  0.0012286405048278493, 171.2667255897307, 0.9807858872435379,
  0, 0, 0, 0.0005130064588990679, 0, 0.00010854057858411537,
]
