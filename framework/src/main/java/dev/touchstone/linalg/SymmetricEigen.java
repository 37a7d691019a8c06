package dev.touchstone.linalg;

import org.apiguardian.api.API;

/**
 * The eigenvalues and eigenvectors of a symmetric matrix: A = Q diag(λ) Qᵀ.
 *
 * @param values λ, ascending
 * @param vectors Q, one orthonormal eigenvector a column
 */
@API(status = API.Status.INTERNAL, since = "0.1")
public record SymmetricEigen(double[] values, Matrix vectors) {}
