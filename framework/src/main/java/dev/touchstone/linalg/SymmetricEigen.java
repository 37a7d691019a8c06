package dev.touchstone.linalg;

/**
 * The eigenvalues and eigenvectors of a symmetric matrix: A = Q diag(λ) Qᵀ.
 *
 * @param values λ, ascending
 * @param vectors Q, one orthonormal eigenvector a column
 */
public record SymmetricEigen(double[] values, Matrix vectors) {}
