/**
 * TorchScript archives: what one holds is checked before libtorch sees it, and runs as a module.
 */
@NullMarked
package dev.touchstone.graph.script;

import org.jspecify.annotations.NullMarked;
