// Exports the timeline as files.

const STYLES = ["fill", "stroke", "stroke-width", "stroke-dasharray", "font", "opacity"];

/** The picture as a standalone file, with the page's styles written into it. */
export function standalone(svg) {
  const copy = svg.cloneNode(true);
  const [originals, copies] = [svg.querySelectorAll("*"), copy.querySelectorAll("*")];
  originals.forEach((original, place) => {
    const style = getComputedStyle(original);
    for (const name of STYLES) copies[place].style.setProperty(name, style.getPropertyValue(name));
  });
  copy.style.background = getComputedStyle(svg.parentElement).backgroundColor;
  return new XMLSerializer().serializeToString(copy);
}

/** Downloads a text as a file. */
export function saveAs(name, type, text) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type }));
  link.download = name;
  link.click();
  URL.revokeObjectURL(link.href);
}
