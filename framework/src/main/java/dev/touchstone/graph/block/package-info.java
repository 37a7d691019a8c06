/**
 * DJL blocks as graphs: what a block's layers are in ONNX's words, and their own forward
 * computation.
 */
@API(status = API.Status.INTERNAL, since = "0.1")
@NullMarked
package dev.touchstone.graph.block;

import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;
