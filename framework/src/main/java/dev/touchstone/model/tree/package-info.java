/** Trees as XGBoost, LightGBM and ONNX keep them in files, in one form that answers as they do. */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
@NullMarked
package dev.touchstone.model.tree;

import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;
