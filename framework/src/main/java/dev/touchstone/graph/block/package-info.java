/**
 * DJL blocks as graphs: what a block's layers are in ONNX's words, and their own forward
 * computation.
 */
@NullMarked
package dev.touchstone.graph.block;

import org.jspecify.annotations.NullMarked;
