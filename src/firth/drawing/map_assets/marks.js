// The marks of groups: no two groups have the same colour and the same shape.
const SHAPES = {
  disc: { inside: (x, y) => x * x + y * y <= 1, path: "M-1 0a1 1 0 1 0 2 0a1 1 0 1 0-2 0z" },
  square: { inside: (x, y) => Math.max(Math.abs(x), Math.abs(y)) <= 0.86, path: "M-.86-.86h1.72v1.72h-1.72z" },
  triangle: { inside: (x, y) => y <= 0.8 && y >= 2 * Math.abs(x) - 1.2, path: "M0-1.2L1 .8H-1z" },
  diamond: { inside: (x, y) => Math.abs(x) + Math.abs(y) <= 1.2, path: "M0-1.2L1.2 0 0 1.2-1.2 0z" },
};
const COLORS = 6, STEPS = 7, REACH = 1.25;

// Colour, shape and relative size of group `code`; ranges of a number differ in lightness and size.
function markOf(groups, code) {
  if (code >= groups.labels.length) return { color: "var(--nothing)", shape: "disc", size: 0.7 };
  if (groups.ordered) {
    const share = groups.labels.length > 1 ? code / (groups.labels.length - 1) : 1;
    return { color: `var(--step-${Math.round(share * (STEPS - 1))})`, shape: "disc", size: 0.7 + 0.8 * share };
  }
  const names = Object.keys(SHAPES);
  const shape = names[(code + Math.floor(code / 12)) % names.length];
  return { color: `var(--group-${code % COLORS})`, shape, size: 1 };
}

function markImage(mark) {
  const image = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  image.setAttribute("viewBox", "-1.4 -1.4 2.8 2.8");
  image.setAttribute("aria-hidden", "true");
  const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
  path.setAttribute("d", SHAPES[mark.shape].path);
  path.style.fill = mark.color;
  path.style.transform = `scale(${Math.min(mark.size, 1.15)})`;
  image.append(path);
  return image;
}

// The red, green and blue of a variable such as var(--group-0), as a pixel without its alpha.
function pixelOf(color) {
  const name = color.slice(4, -1);
  const hex = getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  const [red, green, blue] = [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16));
  return (blue << 16) | (green << 8) | red;
}

// The pixels of a mark: how far they are from its middle, and how much of each it covers (0 to 255).
function stampOf(mark, radius, width) {
  const inside = SHAPES[mark.shape].inside;
  const offsets = [], covers = [];
  const reach = Math.ceil(radius * mark.size * REACH);
  for (let dy = -reach; dy <= reach; dy++) {
    for (let dx = -reach; dx <= reach; dx++) {
      let hits = 0;
      for (let part = 0; part < 16; part++) {
        const x = (dx + (part % 4) / 4 - 0.375) / (radius * mark.size);
        const y = (dy + Math.floor(part / 4) / 4 - 0.375) / (radius * mark.size);
        hits += inside(x, y);
      }
      if (hits) {
        offsets.push(dy * width + dx);
        covers.push(Math.round((hits / 16) * 255));
      }
    }
  }
  return { offsets: Int32Array.from(offsets), covers: Uint8Array.from(covers), reach };
}
