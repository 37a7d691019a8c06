package dev.touchstone.evidence;

import dev.touchstone.evidence.figure.Figure;

/**
 * What a test shows without claiming anything of it, for people who read the report. Nothing is
 * judged, and no gate looks at it.
 *
 * @param subject what was looked at, in words: the model and the data
 * @param figure the picture as data
 * @param provenance where it comes from
 */
public record Shown(String subject, Figure figure, Provenance provenance) {}
