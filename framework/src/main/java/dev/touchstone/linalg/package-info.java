/** Dense products and Cholesky solves; the only room that knows ND4J and LAPACK. */
@NullMarked
package dev.touchstone.linalg;

import org.jspecify.annotations.NullMarked;
