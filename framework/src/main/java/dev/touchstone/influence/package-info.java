/** Which training points matter: the head, its influence functions, and detectors. */
@NullMarked
package dev.touchstone.influence;

import org.jspecify.annotations.NullMarked;
