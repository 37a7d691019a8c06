package dev.touchstone.report;

import java.awt.Graphics2D;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.apache.batik.svggen.SVGGraphics2D;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NamedNodeMap;
import org.w3c.dom.Node;

/**
 * What is drawn through Java 2D as a few lines of SVG that a page can hold a thousand times.
 *
 * <p>Batik writes the shapes. What it says of each shape's paint is then said by a class of the
 * page's style sheet, what equals SVG's defaults is left out, and numbers keep one decimal. Only
 * shapes get through: no style, no script, no reference, and no text, which {@link #text} writes.
 */
final class ChartSvg {
  private static final String SVG = "http://www.w3.org/2000/svg";

  /** The geometry of the shapes that Batik writes. */
  private static final Map<String, List<String>> SHAPES =
      Map.of(
          "line", List.of("x1", "y1", "x2", "y2"),
          "rect", List.of("x", "y", "width", "height"),
          "circle", List.of("cx", "cy", "r"),
          "ellipse", List.of("cx", "cy", "rx", "ry"),
          "path", List.of("d"),
          "polygon", List.of("points"),
          "polyline", List.of("points"));

  private static final Set<String> INHERITED =
      Set.of("fill", "fill-opacity", "stroke", "stroke-opacity", "stroke-dasharray");

  private final StringBuilder out = new StringBuilder();

  /** Adds what is drawn, moved down. */
  void draw(Consumer<Graphics2D> drawing, int down) {
    SVGGraphics2D graphics = new SVGGraphics2D(document());
    drawing.accept(graphics);
    if (down != 0) {
      out.append("<g transform=\"translate(0 ").append(down).append(")\">");
    }
    shapes(graphics.getRoot(), Map.of("fill", "black", "stroke", "none"));
    if (down != 0) {
      out.append("</g>");
    }
    graphics.dispose();
  }

  /**
   * Adds a line.
   *
   * @param kind classes of the style sheet
   */
  void line(String kind, double x1, double y1, double x2, double y2) {
    out.append("<line class=\"").append(kind).append("\" x1=\"").append(rounded(x1));
    out.append("\" y1=\"").append(rounded(y1)).append("\" x2=\"").append(rounded(x2));
    out.append("\" y2=\"").append(rounded(y2)).append("\"/>");
  }

  /**
   * Adds a rectangle.
   *
   * @param kind classes of the style sheet
   */
  void rectangle(String kind, double x, double y, double width, double height) {
    out.append("<rect class=\"").append(kind).append("\" x=\"").append(rounded(x));
    out.append("\" y=\"").append(rounded(y)).append("\" width=\"").append(rounded(width));
    out.append("\" height=\"").append(rounded(height)).append("\"/>");
  }

  /**
   * Adds text, escaped.
   *
   * @param kind classes of the style sheet
   */
  void text(String kind, double x, double y, String text) {
    out.append("<text class=\"").append(kind).append("\" x=\"").append(rounded(x));
    out.append("\" y=\"").append(rounded(y)).append("\">");
    escape(text);
    out.append("</text>");
  }

  /** Adds text that is read from below, its middle at the point. */
  void textUpwards(String kind, double x, double y, String text) {
    String at = rounded(x) + " " + rounded(y);
    out.append("<text class=\"").append(kind).append("\" transform=\"translate(").append(at);
    out.append(")rotate(-90)\">");
    escape(text);
    out.append("</text>");
  }

  /** The whole picture with a name for those who do not see it. */
  String picture(int width, int height, String name) {
    StringBuilder body = new StringBuilder(out);
    out.setLength(0);
    out.append("<svg class=\"ch\" role=\"img\" viewBox=\"0 0 ");
    out.append(width).append(' ').append(height).append("\" aria-label=\"");
    escape(name);
    out.append("\">").append(body).append("</svg>");
    return out.toString();
  }

  private void escape(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '<' -> out.append("&lt;");
        case '>' -> out.append("&gt;");
        case '&' -> out.append("&amp;");
        case '"' -> out.append("&quot;");
        case '\'' -> out.append("&#39;");
        default -> out.append(c);
      }
    }
  }

  private void shapes(Node node, Map<String, String> above) {
    Map<String, String> paint = new HashMap<>(above);
    NamedNodeMap attributes = node.getAttributes();
    for (int i = 0; attributes != null && i < attributes.getLength(); i++) {
      Node attribute = attributes.item(i);
      if (INHERITED.contains(attribute.getNodeName())) {
        paint.put(attribute.getNodeName(), attribute.getNodeValue());
      }
    }
    if (node instanceof Element shape && SHAPES.containsKey(shape.getTagName())) {
      shape(shape, paint);
      return;
    }
    if (!node.getNodeName().equals("defs")) {
      for (Node child = node.getFirstChild(); child != null; child = child.getNextSibling()) {
        shapes(child, paint);
      }
    }
  }

  private void shape(Element shape, Map<String, String> paint) {
    String fill = visible(paint, "fill") ? Strokes.classOf(paint.getOrDefault("fill", "")) : "";
    String stroke =
        visible(paint, "stroke") ? Strokes.classOf(paint.getOrDefault("stroke", "")) : "";
    if (fill.isEmpty() && stroke.isEmpty()) {
      return;
    }
    out.append('<').append(shape.getTagName()).append(" class=\"");
    out.append(fill.isEmpty() ? "" : "f " + fill);
    out.append(stroke.isEmpty() ? "" : "l " + stroke).append('"');
    for (String name : SHAPES.getOrDefault(shape.getTagName(), List.of())) {
      out.append(' ').append(name).append("=\"").append(numbers(shape.getAttribute(name)));
      out.append('"');
    }
    out.append("/>");
  }

  private static boolean visible(Map<String, String> paint, String what) {
    return !paint.getOrDefault(what, "none").equals("none")
        && !paint.getOrDefault(what + "-opacity", "1").equals("0");
  }

  /** Coordinates and path commands, their numbers rounded. */
  private static String numbers(String geometry) {
    StringBuilder rounded = new StringBuilder();
    for (String token : geometry.strip().split("[\\s,]+", -1)) {
      int digits = 0;
      while (digits < token.length() && Character.isLetter(token.charAt(digits))) {
        digits++;
      }
      String number = token.substring(digits);
      boolean apart =
          digits == 0
              && rounded.length() > 0
              && !Character.isLetter(rounded.charAt(rounded.length() - 1));
      rounded.append(apart ? " " : "").append(token, 0, digits);
      rounded.append(number.isEmpty() ? "" : rounded(Double.parseDouble(number)));
    }
    return rounded.toString();
  }

  private static String rounded(double value) {
    double tenths = Math.rint(value * 10) / 10;
    return tenths == Math.rint(tenths)
        ? Long.toString((long) tenths)
        : String.format(Locale.ROOT, "%.1f", tenths);
  }

  private static Document document() {
    try {
      return DocumentBuilderFactory.newInstance()
          .newDocumentBuilder()
          .getDOMImplementation()
          .createDocument(SVG, "svg", null);
    } catch (ParserConfigurationException e) {
      throw new IllegalStateException("this Java has no XML parser", e);
    }
  }
}
