/** The public entry `vivarium`: what every guest shares. */

export { LoadError, type LoadPosition, VivError } from "./machine/errors.js";
