/** The white-box form of a model: nodes, operators, ONNX import, forward and reverse walks. */
@NullMarked
package dev.touchstone.graph;

import org.jspecify.annotations.NullMarked;
