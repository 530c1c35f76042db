// Vectors on a plane: the two directions in which they are longest, turned so that they follow the frame before.

// Eigenvectors of a symmetric matrix as rows, the largest eigenvalue first, by Jacobi's rotations.
function eigenvectors(matrix) {
  const size = matrix.length;
  const a = matrix.map((row) => Float64Array.from(row));
  const vectors = range(size).map((i) => Float64Array.from(range(size), (j) => Number(i === j)));
  for (let sweep = 0; sweep < 30; sweep++) {
    for (let p = 0; p < size; p++) {
      for (let q = p + 1; q < size; q++) {
        if (Math.abs(a[p][q]) < 1e-15) continue;
        const angle = 0.5 * Math.atan2(2 * a[p][q], a[q][q] - a[p][p]);
        const [c, s] = [Math.cos(angle), Math.sin(angle)];
        for (let k = 0; k < size; k++) [a[k][p], a[k][q]] = [c * a[k][p] - s * a[k][q], s * a[k][p] + c * a[k][q]];
        for (let k = 0; k < size; k++) [a[p][k], a[q][k]] = [c * a[p][k] - s * a[q][k], s * a[p][k] + c * a[q][k]];
        for (let k = 0; k < size; k++) {
          [vectors[p][k], vectors[q][k]] = [c * vectors[p][k] - s * vectors[q][k], s * vectors[p][k] + c * vectors[q][k]];
        }
      }
    }
  }
  return range(size).sort((i, j) => a[j][j] - a[i][i]).map((i) => vectors[i]);
}

// The origin stays where it is, so angles mean what they do in the model. Two dimensions are shown as they are.
function onPlane(rows, before) {
  const dims = rows[0].length;
  if (dims === 2) return rows.map((row) => [row[0], row[1]]);
  const moments = zeros(dims, dims);
  for (const row of rows) row.forEach((x, i) => addTo(moments[i], x, row));
  const [first, second] = eigenvectors(moments);
  const points = rows.map((row) => [dot(row, first), dot(row, second)]);
  return before?.length === points.length ? turned(points, before) : points;
}

// Points turned, and mirrored if need be, to be as near to others as can be.
function turned(points, to) {
  let [a, b, c, d] = [0, 0, 0, 0];
  points.forEach(([x, y], i) => {
    a += x * to[i][0];
    b += x * to[i][1];
    c += y * to[i][0];
    d += y * to[i][1];
  });
  const plain = Math.hypot(a + d, b - c);
  const mirrored = Math.hypot(a - d, b + c);
  const mirror = mirrored > plain ? -1 : 1;
  const angle = mirror < 0 ? Math.atan2(b + c, a - d) : Math.atan2(b - c, a + d);
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  return points.map(([x, y]) => [cos * x - sin * mirror * y, sin * x + cos * mirror * y]);
}
