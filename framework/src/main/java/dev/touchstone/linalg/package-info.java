/** Dense products and Cholesky solves; the only room that knows ND4J and LAPACK. */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
@NullMarked
package dev.touchstone.linalg;

import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;
