"""What is said about a number that cannot be read as typed; ``numbers.js`` does the reading."""

NUMBER_WORDS = {
    "empty": "There is nothing in the field yet. Type a number.",
    "text": "“{typed}” is not a number. Type digits, such as 12 or 0.5.",
    "no_percent": "No percentage is asked for here. Type the number without %.",
    "comma": "“{typed}” can be {one} or {other}. Type it without the comma, or with a point.",
    "percent_or_share": "Do you mean {percent} %? A share lies between 0 and 1: type {share}, "
    "or {percent} %.",
    "share_or_percent": "Percent are asked for. Type {percent} % if “{typed}” is the share, "
    "or {small} % if it is less than one percent.",
    "outside": "It lies between {low} and {high}; “{typed}” does not.",
    "too_low": "It is at least {low}; “{typed}” is less.",
    "too_high": "It is at most {high}; “{typed}” is more.",
}
"""One sentence a problem that ``readNumber`` names."""
