"""Reading Microsoft's price sheets, and the workbooks of distributors, as they really are."""
