"""The API's document: what each operation takes and what it answers."""
