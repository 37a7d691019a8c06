/**
 * Repairing a model that relies on what it should not: concepts are erased from what its last layer
 * sees, or the last layer is made to ignore them, and an ONNX file gets the repaired layer.
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
@NullMarked
package dev.touchstone.guiding.repair;

import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;
