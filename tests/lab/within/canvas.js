// SPDX-License-Identifier: Apache-2.0
// Remembers the texts of canvases, as the axes of graphs, which leave nothing in the page to look at.
{
  const looks = (window.looks ??= {});
  const written = new WeakMap();
  const { clearRect, fillText } = CanvasRenderingContext2D.prototype;

  CanvasRenderingContext2D.prototype.clearRect = function (x, y, width, height) {
    if (width >= this.canvas.width && height >= this.canvas.height) {
      written.delete(this.canvas);
    }
    return clearRect.call(this, x, y, width, height);
  };

  CanvasRenderingContext2D.prototype.fillText = function (text, x, y, ...rest) {
    const { actualBoundingBoxLeft: left, actualBoundingBoxRight: right, actualBoundingBoxAscent: up, actualBoundingBoxDescent: down } =
      this.measureText(text);
    const matrix = this.getTransform();
    const corners = [[x - left, y - up], [x + right, y - up], [x - left, y + down], [x + right, y + down]]
      .map(([at, height]) => matrix.transformPoint({ x: at, y: height }));
    const list = written.get(this.canvas) ?? [];
    written.set(this.canvas, list);
    list.push({
      text: String(text),
      colour: this.fillStyle,
      left: Math.min(...corners.map((corner) => corner.x)),
      right: Math.max(...corners.map((corner) => corner.x)),
      top: Math.min(...corners.map((corner) => corner.y)),
      bottom: Math.max(...corners.map((corner) => corner.y)),
    });
    return fillText.call(this, text, x, y, ...rest);
  };

  // [{canvas, text, colour, left, right, top, bottom}], in pixels of the canvas. The trend of a card hides its axes, and
  // Grafana's component writes their numbers beside the canvas all the same.
  looks.canvasTexts = () =>
    [...document.querySelectorAll('canvas')].filter((canvas) => !canvas.closest('[data-type="stat"]')).flatMap((canvas) => (written.get(canvas) ?? []).map((entry) => ({ canvas, ...entry })));
}
