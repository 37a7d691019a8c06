/** ONNX files: what one holds is checked before any engine sees it, and read into a graph. */
@API(status = API.Status.INTERNAL, since = "0.1")
@NullMarked
package dev.touchstone.graph.onnx;

import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;
