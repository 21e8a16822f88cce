"""The code that runs inside the sandbox, in the runtime's interpreter. The trusted side never
imports it, and nothing here decides a verdict."""
