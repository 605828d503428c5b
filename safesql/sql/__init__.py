"""Text to tokens to statements, by dialect: the lexer, the splitter and what they know of each server."""
