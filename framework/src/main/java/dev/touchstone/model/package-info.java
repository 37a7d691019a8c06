/**
 * Models as capabilities: what can be predicted, differentiated and looked into; loading by format.
 */
@NullMarked
package dev.touchstone.model;

import org.jspecify.annotations.NullMarked;
