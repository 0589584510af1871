/** What is wrong with one variable: its name, the value found and the mend, as a sentence. */
export interface Mistake {
  variable: string;
  text: string;
}

/** A configuration that can't be used. Its message is for the person who wrote the configuration, so it is printed without a stack. */
export class ConfigurationError extends Error {
  readonly mistakes: readonly Mistake[];

  constructor(mistakes: readonly Mistake[]) {
    const count = mistakes.length === 1 ? "1 mistake" : `${mistakes.length} mistakes`;
    super([`The configuration has ${count}:`, ...mistakes.map(({ variable, text }) => `  ${variable}: ${text}`)].join("\n"));
    this.name = "ConfigurationError";
    this.mistakes = mistakes;
  }
}
