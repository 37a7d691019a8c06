/** ONNX files: what one holds is checked before any engine sees it, and read into a graph. */
@NullMarked
package dev.touchstone.graph.onnx;

import org.jspecify.annotations.NullMarked;
